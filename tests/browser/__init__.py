"""What people see, in Debian's Chromium on the demonstration bureau."""

"""figures that are reported as sums since January."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.add_column(sa.Column('by_sum', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.alter_column('by_sum', server_default=None, existing_type=sa.Boolean(), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.drop_column('by_sum')

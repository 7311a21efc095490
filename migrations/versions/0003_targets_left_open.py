"""targets that are left open on purpose."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.add_column(sa.Column('undecided', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.alter_column('undecided', server_default=None, existing_type=sa.Boolean(), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.drop_column('undecided')

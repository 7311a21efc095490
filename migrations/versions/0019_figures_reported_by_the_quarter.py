"""figures that are reported by the quarter, the half-year or the year."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.add_column(sa.Column('every', sa.Integer(), nullable=False, server_default='1'))
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.alter_column('every', server_default=None, existing_type=sa.Integer(), existing_nullable=False)
        batch_op.create_check_constraint(batch_op.f('ck_indicator_every'), 'every IN (1, 3, 6, 12)')


def downgrade() -> None:
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_indicator_every'), type_='check')
        batch_op.drop_column('every')

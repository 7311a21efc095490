"""how many rows of an import are written."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ('done', 'total'):
        with op.batch_alter_table('import_job', schema=None) as batch_op:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default='0'))
        with op.batch_alter_table('import_job', schema=None) as batch_op:
            batch_op.alter_column(name, server_default=None, existing_type=sa.Integer(), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('import_job', schema=None) as batch_op:
        batch_op.drop_column('total')
        batch_op.drop_column('done')

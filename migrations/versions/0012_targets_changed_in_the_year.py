"""ranges, and targets that are changed in the year."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('target_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('indicator_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('target', sa.BigInteger(), nullable=True),
    sa.Column('target_high', sa.BigInteger(), nullable=True),
    sa.Column('from_month', sa.Integer(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state IN ('asked', 'approved', 'refused', 'withdrawn')", name=op.f('ck_target_change_state')),
    sa.CheckConstraint('from_month >= 1 AND from_month <= 12', name=op.f('ck_target_change_from_month')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_target_change_asked_by_id_person')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_target_change_decided_by_id_person')),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicator.id'], name=op.f('fk_target_change_indicator_id_indicator')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_target_change_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target_change'))
    )
    with op.batch_alter_table('target_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_target_change_indicator_id'), ['indicator_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_target_change_top_unit_id'), ['top_unit_id'], unique=False)

    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.add_column(sa.Column('target_high', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('earlier', sa.JSON(), nullable=True))

    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.add_column(sa.Column('approve_targets', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.alter_column('approve_targets', server_default=None, existing_type=sa.Boolean(), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.drop_column('approve_targets')

    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.drop_column('earlier')
        batch_op.drop_column('target_high')

    with op.batch_alter_table('target_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_target_change_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_target_change_indicator_id'))

    op.drop_table('target_change')

"""indicators that are worked out from others."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('rollup_child',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('parent_id', sa.Integer(), nullable=False),
    sa.Column('child_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('weight', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('parent_id <> child_id', name=op.f('ck_rollup_child_not_itself')),
    sa.CheckConstraint('weight > 0', name=op.f('ck_rollup_child_weight_positive')),
    sa.ForeignKeyConstraint(['child_id'], ['indicator.id'], name=op.f('fk_rollup_child_child_id_indicator')),
    sa.ForeignKeyConstraint(['parent_id'], ['indicator.id'], name=op.f('fk_rollup_child_parent_id_indicator')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_rollup_child_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rollup_child')),
    sa.UniqueConstraint('parent_id', 'child_id', name=op.f('uq_rollup_child_parent_id_child_id'))
    )
    with op.batch_alter_table('rollup_child', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_rollup_child_child_id'), ['child_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_rollup_child_top_unit_id'), ['top_unit_id'], unique=False)

    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.add_column(sa.Column('rollup', sa.String(length=10), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('formula', sa.String(length=500), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('by_hand', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.alter_column('rollup', server_default=None, existing_type=sa.String(length=10), existing_nullable=False)
        batch_op.alter_column('formula', server_default=None, existing_type=sa.String(length=500), existing_nullable=False)
        batch_op.alter_column('by_hand', server_default=None, existing_type=sa.Boolean(), existing_nullable=False)

    with op.batch_alter_table('standing', schema=None) as batch_op:
        batch_op.add_column(sa.Column('parts', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('parts_known', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('hand_gap', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('rollup', sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('standing', schema=None) as batch_op:
        batch_op.drop_column('rollup')
        batch_op.drop_column('hand_gap')
        batch_op.drop_column('parts_known')
        batch_op.drop_column('parts')

    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.drop_column('by_hand')
        batch_op.drop_column('formula')
        batch_op.drop_column('rollup')

    with op.batch_alter_table('rollup_child', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_rollup_child_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_rollup_child_child_id'))

    op.drop_table('rollup_child')

"""the indicator library."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('indicator_definition',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('aliases', sa.JSON(), nullable=False),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('polarity', sa.String(length=10), nullable=False),
    sa.Column('places', sa.Integer(), nullable=False),
    sa.Column('category', sa.String(length=60), nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('flow', 'stock', 'rate')", name=op.f('ck_indicator_definition_kind')),
    sa.CheckConstraint("polarity IN ('higher', 'lower')", name=op.f('ck_indicator_definition_polarity')),
    sa.CheckConstraint("state IN ('active', 'retired')", name=op.f('ck_indicator_definition_state')),
    sa.CheckConstraint('places >= 0 AND places <= 4', name=op.f('ck_indicator_definition_places')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_indicator_definition_top_unit_id_unit')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_indicator_definition_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_indicator_definition')),
    sa.UniqueConstraint('top_unit_id', 'code', name=op.f('uq_indicator_definition_top_unit_id_code'))
    )
    with op.batch_alter_table('indicator_definition', schema=None) as batch_op:
        batch_op.create_index('ix_indicator_definition_category', ['top_unit_id', 'category'], unique=False)
        batch_op.create_index(batch_op.f('ix_indicator_definition_top_unit_id'), ['top_unit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_indicator_definition_unit_id'), ['unit_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('indicator_definition', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_indicator_definition_unit_id'))
        batch_op.drop_index(batch_op.f('ix_indicator_definition_top_unit_id'))
        batch_op.drop_index('ix_indicator_definition_category')

    op.drop_table('indicator_definition')

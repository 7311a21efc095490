"""last year's results, proposals that were declined, quarter shares."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('declined_hint',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('row_key', sa.String(length=40), nullable=False),
    sa.Column('hint', sa.String(length=100), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_declined_hint_person_id_person')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_declined_hint_plan_id_plan')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_declined_hint_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declined_hint')),
    sa.UniqueConstraint('plan_id', 'row_key', 'hint', name=op.f('uq_declined_hint_plan_id_row_key_hint'))
    )
    with op.batch_alter_table('declined_hint', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_declined_hint_plan_id'), ['plan_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_declined_hint_top_unit_id'), ['top_unit_id'], unique=False)

    op.create_table('plan_result',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('measure', sa.String(length=20), nullable=False),
    sa.Column('value', sa.String(length=60), nullable=True),
    sa.Column('unit', sa.String(length=20), nullable=False),
    sa.Column('bound', sa.String(length=10), nullable=False),
    sa.Column('quote', sa.Text(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=False),
    sa.Column('end', sa.Integer(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_result_plan_id_plan')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_plan_result_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_result'))
    )
    with op.batch_alter_table('plan_result', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_result_plan_id'), ['plan_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_plan_result_top_unit_id'), ['top_unit_id'], unique=False)

    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.add_column(sa.Column('quarter_shares', sa.JSON(), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('indicator', schema=None) as batch_op:
        batch_op.drop_column('quarter_shares')

    with op.batch_alter_table('plan_result', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plan_result_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_plan_result_plan_id'))

    op.drop_table('plan_result')
    with op.batch_alter_table('declined_hint', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_declined_hint_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_declined_hint_plan_id'))

    op.drop_table('declined_hint')

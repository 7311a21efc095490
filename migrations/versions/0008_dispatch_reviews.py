"""dispatch reviews."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('review',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('chair', sa.String(length=60), nullable=False),
    sa.Column('attendance', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Text(), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('closed_at', sa.DateTime(), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('weekly', 'monthly')", name=op.f('ck_review_kind')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['person.id'], name=op.f('fk_review_closed_by_id_person')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['person.id'], name=op.f('fk_review_opened_by_id_person')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_review_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sa.UniqueConstraint('top_unit_id', 'kind', 'year', 'number', name=op.f('uq_review_top_unit_id_kind_year_number'))
    )
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_review_top_unit_id'), ['top_unit_id'], unique=False)

    op.create_table('agenda_item',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('indicator_id', sa.Integer(), nullable=True),
    sa.Column('task_id', sa.Integer(), nullable=True),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.Column('talked', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicator.id'], name=op.f('fk_agenda_item_indicator_id_indicator')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_agenda_item_review_id_review')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_agenda_item_task_id_task')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_agenda_item_top_unit_id_unit')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_agenda_item_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agenda_item'))
    )
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_agenda_item_indicator_id'), ['indicator_id'], unique=False)
        batch_op.create_index('ix_agenda_item_review_position', ['review_id', 'position'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_item_task_id'), ['task_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_item_top_unit_id'), ['top_unit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_agenda_item_unit_id'), ['unit_id'], unique=False)

    op.create_table('decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['item_id'], ['agenda_item.id'], name=op.f('fk_decision_item_id_agenda_item')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_decision_person_id_person')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_decision_review_id_review')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_decision_task_id_task')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_decision_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    sa.UniqueConstraint('task_id', name=op.f('uq_decision_task_id'))
    )
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_decision_item_id'), ['item_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_decision_review_id'), ['review_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_decision_top_unit_id'), ['top_unit_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('decision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_decision_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_decision_review_id'))
        batch_op.drop_index(batch_op.f('ix_decision_item_id'))

    op.drop_table('decision')
    with op.batch_alter_table('agenda_item', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_agenda_item_unit_id'))
        batch_op.drop_index(batch_op.f('ix_agenda_item_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_agenda_item_task_id'))
        batch_op.drop_index('ix_agenda_item_review_position')
        batch_op.drop_index(batch_op.f('ix_agenda_item_indicator_id'))

    op.drop_table('agenda_item')
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_review_top_unit_id'))

    op.drop_table('review')

"""extensions, milestones, and what other units say of their part."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('extension_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('was_due_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('progress', sa.BigInteger(), nullable=False),
    sa.Column('done', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("state IN ('asked', 'approved', 'refused', 'withdrawn')", name=op.f('ck_extension_request_state')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_extension_request_asked_by_id_person')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_extension_request_decided_by_id_person')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_extension_request_task_id_task')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_extension_request_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extension_request'))
    )
    with op.batch_alter_table('extension_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_extension_request_task_id'), ['task_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_extension_request_top_unit_id'), ['top_unit_id'], unique=False)
        batch_op.create_index('uq_extension_request_pending', ['task_id'], unique=True, sqlite_where=sa.text("state = 'asked'"), postgresql_where=sa.text("state = 'asked'"))

    op.create_table('milestone',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=100), nullable=False),
    sa.Column('planned_on', sa.Date(), nullable=False),
    sa.Column('percent', sa.BigInteger(), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('done_by_id', sa.Integer(), nullable=True),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('percent > 0 AND percent <= 1000000', name=op.f('ck_milestone_percent')),
    sa.ForeignKeyConstraint(['done_by_id'], ['person.id'], name=op.f('fk_milestone_done_by_id_person')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_milestone_task_id_task')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_milestone_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_milestone')),
    sa.UniqueConstraint('task_id', 'planned_on', name=op.f('uq_milestone_task_id_planned_on'))
    )
    with op.batch_alter_table('milestone', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_milestone_task_id'), ['task_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_milestone_top_unit_id'), ['top_unit_id'], unique=False)

    op.create_table('part_report',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('acknowledged', 'said')", name=op.f('ck_part_report_kind')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_part_report_person_id_person')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_part_report_task_id_task')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_part_report_top_unit_id_unit')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_part_report_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_part_report'))
    )
    with op.batch_alter_table('part_report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_part_report_task_id'), ['task_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_part_report_top_unit_id'), ['top_unit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_part_report_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('uq_part_report_receipt', ['task_id', 'unit_id'], unique=True, sqlite_where=sa.text("kind = 'acknowledged'"), postgresql_where=sa.text("kind = 'acknowledged'"))


def downgrade() -> None:
    with op.batch_alter_table('part_report', schema=None) as batch_op:
        batch_op.drop_index('uq_part_report_receipt')
        batch_op.drop_index(batch_op.f('ix_part_report_unit_id'))
        batch_op.drop_index(batch_op.f('ix_part_report_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_part_report_task_id'))

    op.drop_table('part_report')

    with op.batch_alter_table('milestone', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_milestone_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_milestone_task_id'))

    op.drop_table('milestone')

    with op.batch_alter_table('extension_request', schema=None) as batch_op:
        batch_op.drop_index('uq_extension_request_pending')
        batch_op.drop_index(batch_op.f('ix_extension_request_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_extension_request_task_id'))

    op.drop_table('extension_request')

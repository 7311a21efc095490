"""files as proof, and figures that the head confirms."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('proof',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=True),
    sa.Column('indicator_id', sa.Integer(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('month', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media', sa.String(length=100), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(), nullable=True),
    sa.Column('withdrawn_by_id', sa.Integer(), nullable=True),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(task_id IS NULL) <> (indicator_id IS NULL)', name=op.f('ck_proof_of_one')),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicator.id'], name=op.f('fk_proof_indicator_id_indicator')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_proof_person_id_person')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_proof_task_id_task')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_proof_top_unit_id_unit')),
    sa.ForeignKeyConstraint(['withdrawn_by_id'], ['person.id'], name=op.f('fk_proof_withdrawn_by_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_proof'))
    )
    with op.batch_alter_table('proof', schema=None) as batch_op:
        batch_op.create_index('ix_proof_indicator_month', ['indicator_id', 'year', 'month'], unique=False)
        batch_op.create_index(batch_op.f('ix_proof_task_id'), ['task_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_proof_top_unit_id'), ['top_unit_id'], unique=False)

    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirmed_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('confirmed_by_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('sent_back', sa.Text(), nullable=False, server_default=''))
        batch_op.create_foreign_key(
            batch_op.f('fk_report_confirmed_by_id_person'), 'person', ['confirmed_by_id'], ['id']
        )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.alter_column('sent_back', server_default=None, existing_type=sa.Text(), existing_nullable=False)

    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.add_column(sa.Column('confirm_reports', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.alter_column('confirm_reports', server_default=None, existing_type=sa.Boolean(), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.drop_column('confirm_reports')

    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_report_confirmed_by_id_person'), type_='foreignkey')
        batch_op.drop_column('sent_back')
        batch_op.drop_column('confirmed_by_id')
        batch_op.drop_column('confirmed_at')

    with op.batch_alter_table('proof', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_proof_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_proof_task_id'))
        batch_op.drop_index('ix_proof_indicator_month')

    op.drop_table('proof')

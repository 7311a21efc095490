"""revised documents and what they change."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('plan_revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('problems', sa.Text(), nullable=False),
    sa.Column('imported_at', sa.DateTime(), nullable=False),
    sa.Column('imported_by_id', sa.Integer(), nullable=True),
    sa.Column('settled_at', sa.DateTime(), nullable=True),
    sa.Column('settled_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['imported_by_id'], ['person.id'], name=op.f('fk_plan_revision_imported_by_id_person')),
    sa.ForeignKeyConstraint(['plan_id'], ['plan.id'], name=op.f('fk_plan_revision_plan_id_plan')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_plan_revision_settled_by_id_person')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_plan_revision_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_revision')),
    sa.UniqueConstraint('plan_id', 'sha256', name=op.f('uq_plan_revision_plan_id_sha256'))
    )
    with op.batch_alter_table('plan_revision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_revision_plan_id'), ['plan_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_plan_revision_top_unit_id'), ['top_unit_id'], unique=False)

    op.create_table('plan_revision_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('revision_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('sort', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('item_id', sa.Integer(), nullable=True),
    sa.Column('task_id', sa.Integer(), nullable=True),
    sa.Column('indicator_id', sa.Integer(), nullable=True),
    sa.Column('heading', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('quote', sa.Text(), nullable=False),
    sa.Column('start', sa.Integer(), nullable=True),
    sa.Column('end', sa.Integer(), nullable=True),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.Column('decision', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('lead_unit_id', sa.Integer(), nullable=True),
    sa.Column('owner_post_id', sa.Integer(), nullable=True),
    sa.Column('reporter_post_id', sa.Integer(), nullable=True),
    sa.Column('leader_post_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('undecided', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("decision IN ('open', 'accepted', 'declined')", name=op.f('ck_plan_revision_change_decision')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_plan_revision_change_decided_by_id_person')),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicator.id'], name=op.f('fk_plan_revision_change_indicator_id_indicator')),
    sa.ForeignKeyConstraint(['item_id'], ['plan_item.id'], name=op.f('fk_plan_revision_change_item_id_plan_item')),
    sa.ForeignKeyConstraint(['lead_unit_id'], ['unit.id'], name=op.f('fk_plan_revision_change_lead_unit_id_unit')),
    sa.ForeignKeyConstraint(['leader_post_id'], ['post.id'], name=op.f('fk_plan_revision_change_leader_post_id_post')),
    sa.ForeignKeyConstraint(['owner_post_id'], ['post.id'], name=op.f('fk_plan_revision_change_owner_post_id_post')),
    sa.ForeignKeyConstraint(['reporter_post_id'], ['post.id'], name=op.f('fk_plan_revision_change_reporter_post_id_post')),
    sa.ForeignKeyConstraint(['revision_id'], ['plan_revision.id'], name=op.f('fk_plan_revision_change_revision_id_plan_revision')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_plan_revision_change_task_id_task')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_plan_revision_change_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_revision_change'))
    )
    with op.batch_alter_table('plan_revision_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_plan_revision_change_indicator_id'), ['indicator_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_plan_revision_change_item_id'), ['item_id'], unique=False)
        batch_op.create_index('ix_plan_revision_change_revision_position', ['revision_id', 'position'], unique=False)
        batch_op.create_index(batch_op.f('ix_plan_revision_change_task_id'), ['task_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_plan_revision_change_top_unit_id'), ['top_unit_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('plan_revision_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plan_revision_change_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_plan_revision_change_task_id'))
        batch_op.drop_index('ix_plan_revision_change_revision_position')
        batch_op.drop_index(batch_op.f('ix_plan_revision_change_item_id'))
        batch_op.drop_index(batch_op.f('ix_plan_revision_change_indicator_id'))

    op.drop_table('plan_revision_change')
    with op.batch_alter_table('plan_revision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_plan_revision_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_plan_revision_plan_id'))

    op.drop_table('plan_revision')

"""supervision orders, and each plan's own ladder."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

LIVE = sa.text("state IN ('issued', 'answered', 'returned')")


def upgrade() -> None:
    op.create_table('supervision_order',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('task_id', sa.Integer(), nullable=True),
    sa.Column('indicator_id', sa.Integer(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('colour', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('demand', sa.Text(), nullable=False),
    sa.Column('reply_due_on', sa.Date(), nullable=False),
    sa.Column('by_rule', sa.Boolean(), nullable=False),
    sa.Column('printed', sa.JSON(), nullable=False),
    sa.Column('issued_at', sa.DateTime(), nullable=False),
    sa.Column('issued_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('(task_id IS NULL) <> (indicator_id IS NULL)', name=op.f('ck_supervision_order_of_one')),
    sa.CheckConstraint("colour IN ('blue', 'yellow', 'red')", name=op.f('ck_supervision_order_colour')),
    sa.CheckConstraint("state IN ('issued', 'answered', 'returned', 'closed', 'withdrawn')", name=op.f('ck_supervision_order_state')),
    sa.ForeignKeyConstraint(['indicator_id'], ['indicator.id'], name=op.f('fk_supervision_order_indicator_id_indicator')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['person.id'], name=op.f('fk_supervision_order_issued_by_id_person')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_supervision_order_task_id_task')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_supervision_order_top_unit_id_unit')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_supervision_order_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_supervision_order')),
    sa.UniqueConstraint('top_unit_id', 'year', 'number', name=op.f('uq_supervision_order_top_unit_id_year_number'))
    )
    with op.batch_alter_table('supervision_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_supervision_order_indicator_id'), ['indicator_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_supervision_order_task_id'), ['task_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_supervision_order_top_unit_id'), ['top_unit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_supervision_order_unit_id'), ['unit_id'], unique=False)
        batch_op.create_index('ix_supervision_order_top_state', ['top_unit_id', 'state', 'reply_due_on'], unique=False)
        batch_op.create_index('uq_supervision_order_live_indicator', ['indicator_id', 'colour'], unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
        batch_op.create_index('uq_supervision_order_live_task', ['task_id', 'colour'], unique=True, sqlite_where=LIVE, postgresql_where=LIVE)

    op.create_table('order_event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('order_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('reply_due_on', sa.Date(), nullable=True),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['supervision_order.id'], name=op.f('fk_order_event_order_id_supervision_order')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_order_event_person_id_person')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_order_event_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_event'))
    )
    with op.batch_alter_table('order_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_event_order_id'), ['order_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_order_event_top_unit_id'), ['top_unit_id'], unique=False)

    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.add_column(sa.Column('ladder', sa.String(length=60), nullable=False, server_default='head:1,leader:3,chief:5'))
        batch_op.add_column(sa.Column('auto_orders', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.alter_column('ladder', server_default=None, existing_type=sa.String(length=60), existing_nullable=False)
        batch_op.alter_column('auto_orders', server_default=None, existing_type=sa.Boolean(), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('plan', schema=None) as batch_op:
        batch_op.drop_column('auto_orders')
        batch_op.drop_column('ladder')

    with op.batch_alter_table('order_event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_order_event_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_order_event_order_id'))

    op.drop_table('order_event')
    with op.batch_alter_table('supervision_order', schema=None) as batch_op:
        batch_op.drop_index('uq_supervision_order_live_task')
        batch_op.drop_index('uq_supervision_order_live_indicator')
        batch_op.drop_index('ix_supervision_order_top_state')
        batch_op.drop_index(batch_op.f('ix_supervision_order_unit_id'))
        batch_op.drop_index(batch_op.f('ix_supervision_order_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_supervision_order_task_id'))
        batch_op.drop_index(batch_op.f('ix_supervision_order_indicator_id'))

    op.drop_table('supervision_order')

"""links under which calendar programs fetch deadlines."""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('token_sha256', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_calendar_link_person_id_person')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_calendar_link_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_link')),
    sa.UniqueConstraint('person_id', name=op.f('uq_calendar_link_person_id')),
    sa.UniqueConstraint('token_sha256', name=op.f('uq_calendar_link_token_sha256'))
    )
    with op.batch_alter_table('calendar_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calendar_link_top_unit_id'), ['top_unit_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('calendar_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_calendar_link_top_unit_id'))

    op.drop_table('calendar_link')

"""what each mail told."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('mail_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['outbox_message.id'], name=op.f('fk_mail_notice_message_id_outbox_message')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mail_notice_person_id_person')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_mail_notice_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_notice')),
    sa.UniqueConstraint('key', name=op.f('uq_mail_notice_key'))
    )
    with op.batch_alter_table('mail_notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mail_notice_message_id'), ['message_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mail_notice_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mail_notice_top_unit_id'), ['top_unit_id'], unique=False)


def downgrade() -> None:
    op.drop_table('mail_notice')

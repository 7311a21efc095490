"""bulletins."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('bulletin',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('review_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('text', sa.JSON(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('annex', sa.LargeBinary(), nullable=False),
    sa.Column('annex_sha256', sa.String(length=64), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('made_by_id', sa.Integer(), nullable=True),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('weekly', 'monthly')", name=op.f('ck_bulletin_kind')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_bulletin_made_by_id_person')),
    sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_bulletin_review_id_review')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_bulletin_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulletin')),
    sa.UniqueConstraint('review_id', name=op.f('uq_bulletin_review_id')),
    sa.UniqueConstraint('top_unit_id', 'kind', 'year', 'number', name=op.f('uq_bulletin_top_unit_id_kind_year_number'))
    )
    with op.batch_alter_table('bulletin', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bulletin_top_unit_id'), ['top_unit_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('bulletin', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_bulletin_top_unit_id'))

    op.drop_table('bulletin')

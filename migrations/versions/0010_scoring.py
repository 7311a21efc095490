"""scoring."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('score_scheme',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('rules', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_score_scheme_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score_scheme')),
    sa.UniqueConstraint('top_unit_id', 'year', name=op.f('uq_score_scheme_top_unit_id_year'))
    )
    with op.batch_alter_table('score_scheme', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_score_scheme_top_unit_id'), ['top_unit_id'], unique=False)

    op.create_table('scoring',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('quarter', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('made_at', sa.DateTime(), nullable=False),
    sa.Column('published_at', sa.DateTime(), nullable=True),
    sa.Column('published_by_id', sa.Integer(), nullable=True),
    sa.Column('rules', sa.JSON(), nullable=False),
    sa.Column('sheets', sa.JSON(), nullable=False),
    sa.Column('hand', sa.JSON(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.CheckConstraint('quarter >= 1 AND quarter <= 4', name=op.f('ck_scoring_quarter')),
    sa.ForeignKeyConstraint(['published_by_id'], ['person.id'], name=op.f('fk_scoring_published_by_id_person')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_scoring_top_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scoring')),
    sa.UniqueConstraint('top_unit_id', 'year', 'quarter', name=op.f('uq_scoring_top_unit_id_year_quarter'))
    )
    with op.batch_alter_table('scoring', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_scoring_top_unit_id'), ['top_unit_id'], unique=False)

    op.create_table('objection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('scoring_id', sa.Integer(), nullable=False),
    sa.Column('unit_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_by_id', sa.Integer(), nullable=True),
    sa.Column('answered_at', sa.DateTime(), nullable=True),
    sa.Column('top_unit_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_objection_answered_by_id_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_objection_person_id_person')),
    sa.ForeignKeyConstraint(['scoring_id'], ['scoring.id'], name=op.f('fk_objection_scoring_id_scoring')),
    sa.ForeignKeyConstraint(['top_unit_id'], ['unit.id'], name=op.f('fk_objection_top_unit_id_unit')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_objection_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_objection'))
    )
    with op.batch_alter_table('objection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_objection_scoring_id'), ['scoring_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_objection_top_unit_id'), ['top_unit_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_objection_unit_id'), ['unit_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('objection', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_objection_unit_id'))
        batch_op.drop_index(batch_op.f('ix_objection_top_unit_id'))
        batch_op.drop_index(batch_op.f('ix_objection_scoring_id'))

    op.drop_table('objection')
    with op.batch_alter_table('scoring', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_scoring_top_unit_id'))

    op.drop_table('scoring')
    with op.batch_alter_table('score_scheme', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_score_scheme_top_unit_id'))

    op.drop_table('score_scheme')

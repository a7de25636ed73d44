"""questions and votes

Revision ID: 5d2c9b81e3f0
Revises: 1b6e0f4a7c21
Create Date: 2024-01-16 09:40:02.118305
"""
from alembic import op
import sqlalchemy as sa

revision = "5d2c9b81e3f0"
down_revision = "1b6e0f4a7c21"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("contest_id", sa.Integer, sa.ForeignKey("contests.id"), nullable=False),
        sa.Column("author_id", sa.Integer, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("question_text", sa.Text, nullable=False),
        sa.Column("status", sa.String(20), nullable=False, server_default="pending"),
        sa.Column("upvotes", sa.Integer, nullable=False, server_default="0"),
        sa.Column("downvotes", sa.Integer, nullable=False, server_default="0"),
        sa.Column("rank_score", sa.Float(53), nullable=False, server_default="0"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("status IN ('pending', 'approved', 'rejected', 'answered')"),
    )
    op.create_index("ix_questions_contest_id", "questions", ["contest_id"])
    op.create_index("ix_questions_rank_score", "questions", [sa.text("rank_score DESC")])
    op.create_table(
        "votes",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("question_id", sa.Integer, sa.ForeignKey("questions.id"), nullable=False),
        sa.Column("value", sa.SmallInteger, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("value IN (-1, 1)"),
    )
    op.create_index("uq_votes_user_question", "votes", ["user_id", "question_id"], unique=True)
    op.create_index("ix_votes_question_id", "votes", ["question_id"])


def downgrade():
    op.drop_table("votes")
    op.drop_table("questions")

"""questions by status

Revision ID: d18b3c6e4f72
Revises: c7d90e5f1a38
Create Date: 2024-02-27 16:31:58.740092
"""
from alembic import op

revision = "d18b3c6e4f72"
down_revision = "c7d90e5f1a38"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_questions_status_created_at", "questions", ["status", "created_at"])


def downgrade():
    op.drop_index("ix_questions_status_created_at", "questions")

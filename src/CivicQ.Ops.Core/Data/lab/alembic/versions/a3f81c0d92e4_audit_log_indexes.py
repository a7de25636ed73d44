"""audit log indexes

Revision ID: a3f81c0d92e4
Revises: 8e47a1d6b925
Create Date: 2024-02-12 11:27:19.553040
"""
from alembic import op

revision = "a3f81c0d92e4"
down_revision = "8e47a1d6b925"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_audit_logs_created_at", "audit_logs", ["created_at"])
    op.create_index("ix_audit_logs_action", "audit_logs", ["action"])


def downgrade():
    op.drop_index("ix_audit_logs_action", "audit_logs")
    op.drop_index("ix_audit_logs_created_at", "audit_logs")

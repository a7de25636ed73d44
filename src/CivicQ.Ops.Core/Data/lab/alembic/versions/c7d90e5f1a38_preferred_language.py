"""preferred language of users

Revision ID: c7d90e5f1a38
Revises: a3f81c0d92e4
Create Date: 2024-02-20 08:55:10.226471
"""
from alembic import op
import sqlalchemy as sa

revision = "c7d90e5f1a38"
down_revision = "a3f81c0d92e4"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("users", sa.Column("preferred_language", sa.String(10), nullable=False, server_default="en"))


def downgrade():
    op.drop_column("users", "preferred_language")

-- CivicQ's database, as its migrations leave it. Keys and indexes follow in seed.sql, after the data: that is quicker.

CREATE TABLE users (
    id              serial PRIMARY KEY,
    email           varchar(255) NOT NULL,
    full_name       varchar(255) NOT NULL,
    role            varchar(20)  NOT NULL DEFAULT 'voter' CHECK (role IN ('voter', 'candidate', 'moderator', 'admin')),
    hashed_password varchar(60)  NOT NULL,
    is_verified     boolean      NOT NULL DEFAULT false,
    is_active       boolean      NOT NULL DEFAULT true,
    city            varchar(100),
    created_at      timestamptz  NOT NULL DEFAULT now(),
    last_login_at   timestamptz
);

CREATE TABLE contests (
    id            serial PRIMARY KEY,
    title         varchar(255) NOT NULL,
    jurisdiction  varchar(100) NOT NULL,
    election_date date         NOT NULL,
    created_at    timestamptz  NOT NULL DEFAULT now()
);

CREATE TABLE candidates (
    id         serial PRIMARY KEY,
    contest_id integer      NOT NULL,
    user_id    integer,
    name       varchar(255) NOT NULL,
    party      varchar(100),
    created_at timestamptz  NOT NULL DEFAULT now()
);

CREATE TABLE questions (
    id            serial PRIMARY KEY,
    contest_id    integer          NOT NULL,
    author_id     integer          NOT NULL,
    question_text text             NOT NULL,
    status        varchar(20)      NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected', 'answered')),
    upvotes       integer          NOT NULL DEFAULT 0,
    downvotes     integer          NOT NULL DEFAULT 0,
    rank_score    double precision NOT NULL DEFAULT 0,
    created_at    timestamptz      NOT NULL DEFAULT now(),
    updated_at    timestamptz      NOT NULL DEFAULT now()
);

CREATE TABLE votes (
    id          bigserial PRIMARY KEY,
    user_id     integer     NOT NULL,
    question_id integer     NOT NULL,
    value       smallint    NOT NULL CHECK (value IN (-1, 1)),
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE videos (
    id               serial PRIMARY KEY,
    question_id      integer      NOT NULL,
    candidate_id     integer      NOT NULL,
    storage_key      varchar(255) NOT NULL,
    status           varchar(20)  NOT NULL DEFAULT 'uploaded' CHECK (status IN ('uploaded', 'processing', 'ready', 'failed')),
    duration_seconds integer,
    size_bytes       bigint       NOT NULL,
    created_at       timestamptz  NOT NULL DEFAULT now()
);

CREATE TABLE audit_logs (
    id         bigserial PRIMARY KEY,
    user_id    integer,
    email      varchar(255),
    action     varchar(50) NOT NULL,
    ip_address inet,
    user_agent varchar(255),
    details    jsonb       NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE alembic_version (version_num varchar(32) NOT NULL PRIMARY KEY);
INSERT INTO alembic_version VALUES ('a3f81c0d92e4');

-- The application's own role: no superuser, so that the reserved connections stay the operator's.
DO $$
BEGIN
    EXECUTE format('CREATE ROLE civicq_api LOGIN PASSWORD %L', current_setting('civicq.api_password'));
END
$$;
GRANT pg_read_all_stats TO civicq_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO civicq_api;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO civicq_api;

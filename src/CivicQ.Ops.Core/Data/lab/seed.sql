-- Believable data, the same every time (times count back from now), made by the server itself. civicq.scale multiplies.
CREATE FUNCTION pg_temp.pick(list text[], number bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
    'SELECT list[1 + abs(number) % cardinality(list)]';
CREATE FUNCTION pg_temp.scaled(base bigint) RETURNS bigint LANGUAGE sql STABLE AS
    $$SELECT base * current_setting('civicq.scale')::bigint$$;

INSERT INTO users (email, full_name, role, hashed_password, is_verified, is_active, city, created_at, last_login_at)
SELECT lower(first || '.' || last) || i || '@example.com', first || ' ' || last,
       CASE WHEN i <= 3 THEN 'admin' WHEN i <= 15 THEN 'moderator' WHEN i % 25 = 0 THEN 'candidate' ELSE 'voter' END,
       '$2b$12$' || substr(translate(encode(sha512(i::text::bytea), 'base64'), '+=' || chr(10), './'), 1, 53),
       i % 9 <> 0, i % 50 <> 0, city,
       now() - (i * 7919 % 525600) * interval '1 minute',
       CASE WHEN i % 4 <> 0 THEN now() - (i * 104729 % 43200) * interval '1 minute' END
FROM (SELECT i,
             pg_temp.pick('{Ada,Ben,Carla,David,Elena,Frank,Grace,Hugo,Ines,Jonas,Karin,Luis,Maria,Noah,Olga,Paul,Rosa,Sam,Tara,Victor}', i * 31) AS first,
             pg_temp.pick('{Adams,Brown,Castillo,Diaz,Evans,Fischer,Garcia,Huang,Ibrahim,Johnson,Kim,Lopez,Miller,Nguyen,Okafor,Patel,Quinn,Rossi,Smith,Torres,Weber}', i * 17) AS last,
             pg_temp.pick('{Los Angeles,Pasadena,Long Beach,Glendale,Santa Monica,Burbank,Torrance}', i * 7) AS city
      FROM generate_series(1, pg_temp.scaled(2000)) i) people;

INSERT INTO contests (title, jurisdiction, election_date, created_at)
SELECT pg_temp.pick('{Mayor,City Council District,School Board Area,County Supervisor District,Water Board Division}', i) || ' ' || (1 + i / 5),
       pg_temp.pick('{Los Angeles,Pasadena,Long Beach,Glendale,Santa Monica,Burbank,Torrance}', i * 3),
       current_date + (30 + i % 6 * 45)::int, now() - interval '200 days'
FROM generate_series(1, 40) i;

INSERT INTO candidates (contest_id, user_id, name, party, created_at)
SELECT 1 + i % 40, i * 25 % pg_temp.scaled(2000) + 1,
       pg_temp.pick('{Alma,Bruno,Celia,Dario,Esther,Felix,Gina,Henry,Iris,Jamal,Kate,Leon}', i * 5) || ' '
           || pg_temp.pick('{Alvarez,Bennett,Chen,Douglas,Engel,Flores,Greene,Hassan,Iyer,Jackson,Kovacs,Lindqvist,Morales}', i * 11),
       pg_temp.pick('{Independent,Civic Union,Green List,Neighbours,Open City}', i / 40 + i), now() - interval '180 days'
FROM generate_series(1, 160) i;

INSERT INTO questions (contest_id, author_id, question_text, status, upvotes, downvotes, rank_score, created_at, updated_at)
SELECT 1 + i % 40, 1 + i * 37 % pg_temp.scaled(2000),
       pg_temp.pick('{How will you,When will you,Why should voters trust you to,What would it cost to,Who decides whether to}', i) || ' '
           || pg_temp.pick('{make rents affordable,repair the sidewalks,add protected bike lanes,shorten bus waiting times,keep libraries open on Sundays,plant more street trees,publish the budget line by line,replace the lead pipes,fund after-school care,lower the response time of ambulances,keep the creek clean}', i * 13)
           || ' ' || pg_temp.pick('{this year,in the first 100 days,without new taxes,in every district,before the next election}', i * 7) || '?',
       CASE WHEN i % 17 = 0 THEN 'pending' WHEN i % 29 = 0 THEN 'rejected' WHEN i % 5 = 0 THEN 'answered' ELSE 'approved' END,
       up, down, (up - down) / (1.0 + extract(epoch FROM now() - moment) / 86400), moment, moment
FROM (SELECT i, abs(hashint4(i::int)) % 400 AS up, abs(hashint4(-i::int)) % 90 AS down, now() - (i * 6101 % 259200) * interval '1 minute' AS moment FROM generate_series(1, pg_temp.scaled(3000)) i) asked;

INSERT INTO votes (user_id, question_id, value, created_at)
SELECT DISTINCT ON (user_id, question_id) user_id, question_id, CASE WHEN i % 5 = 0 THEN -1 ELSE 1 END, now() - (i * 3571 % 129600) * interval '1 minute'
FROM (SELECT i, 1 + i * 7 % pg_temp.scaled(2000) AS user_id, 1 + (i * 11 + i / 97) % pg_temp.scaled(3000) AS question_id
      FROM generate_series(1, pg_temp.scaled(20000)) i) cast_votes;

INSERT INTO videos (question_id, candidate_id, storage_key, status, duration_seconds, size_bytes, created_at)
SELECT i * 5 % pg_temp.scaled(3000) + 1, 1 + i * 3 % 160, format('videos/%s/%s.mp4', 1 + i * 3 % 160, md5(i::text)),
       CASE WHEN i % 31 = 0 THEN 'failed' WHEN i % 23 = 0 THEN 'processing' ELSE 'ready' END,
       (30 + i * 13 % 90)::int, 20000000 + i * 999983 % 160000000, now() - (i * 1013 % 129600) * interval '1 minute'
FROM generate_series(1, pg_temp.scaled(300)) i;

INSERT INTO audit_logs (user_id, email, action, ip_address, user_agent, details, created_at)
SELECT u.id, u.email, pg_temp.pick('{login,login,login,question_created,vote_cast,vote_cast,password_changed,video_uploaded}', i),
       ('203.0.113.' || i % 250)::inet, 'Mozilla/5.0', '{}', now() - (i * 2003 % 43200) * interval '1 minute'
FROM generate_series(1, pg_temp.scaled(8000)) i JOIN users u ON u.id = 1 + i * 41 % pg_temp.scaled(2000);

-- Passwords mistyped now and then, and one address that tries an administrator's every few minutes.
INSERT INTO audit_logs (user_id, email, action, ip_address, user_agent, details, created_at)
SELECT u.id, u.email, 'login_failed', ('203.0.113.' || i % 250)::inet, 'Mozilla/5.0', '{"reason": "wrong password"}', now() - (i * 1511 % 20160) * interval '1 minute'
FROM generate_series(1, pg_temp.scaled(300)) i JOIN users u ON u.id = 1 + i * 43 % pg_temp.scaled(2000);
INSERT INTO audit_logs (user_id, email, action, ip_address, user_agent, details, created_at)
SELECT u.id, u.email, 'login_failed', '198.51.100.23', 'python-requests/2.31', '{"reason": "wrong password"}', now() - i * interval '11 minutes'
FROM generate_series(1, 64) i JOIN users u ON u.id = 1;

CREATE UNIQUE INDEX ix_users_email ON users (email);
CREATE INDEX ix_users_created_at ON users (created_at);
CREATE INDEX ix_questions_contest_id ON questions (contest_id);
CREATE INDEX ix_questions_rank_score ON questions (rank_score DESC);
CREATE UNIQUE INDEX uq_votes_user_question ON votes (user_id, question_id);
CREATE INDEX ix_votes_question_id ON votes (question_id);
CREATE INDEX ix_audit_logs_created_at ON audit_logs (created_at);
CREATE INDEX ix_audit_logs_action ON audit_logs (action);
ALTER TABLE candidates ADD FOREIGN KEY (contest_id) REFERENCES contests, ADD FOREIGN KEY (user_id) REFERENCES users;
ALTER TABLE questions ADD FOREIGN KEY (contest_id) REFERENCES contests, ADD FOREIGN KEY (author_id) REFERENCES users;
ALTER TABLE votes ADD FOREIGN KEY (user_id) REFERENCES users, ADD FOREIGN KEY (question_id) REFERENCES questions;
ALTER TABLE videos ADD FOREIGN KEY (question_id) REFERENCES questions, ADD FOREIGN KEY (candidate_id) REFERENCES candidates;
ALTER TABLE audit_logs ADD FOREIGN KEY (user_id) REFERENCES users;

-- name: create
CREATE TABLE mailbox_message (
  id BIGINT PRIMARY KEY,
  message_id TEXT NOT NULL UNIQUE,
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  raw TEXT NOT NULL
);
CREATE INDEX mailbox_message_recipient ON mailbox_message (recipient, id);

-- name: insert_message
INSERT INTO mailbox_message (id, message_id, sender, recipient, subject, received_at, raw)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (message_id) DO NOTHING;

-- name: list_messages
SELECT id, message_id, sender, recipient, subject, received_at
FROM mailbox_message WHERE id < $1 ORDER BY id DESC LIMIT $2;

-- name: list_messages_of
SELECT id, message_id, sender, recipient, subject, received_at
FROM mailbox_message WHERE id < $1 AND recipient = $3 ORDER BY id DESC LIMIT $2;

-- name: find_message
SELECT id, message_id, sender, recipient, subject, received_at, raw
FROM mailbox_message WHERE id = $1;

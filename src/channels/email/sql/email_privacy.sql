-- What the local mailbox holds of an address.

-- name: recipients
SELECT DISTINCT recipient FROM mailbox_message;

-- name: messages_of_recipient
SELECT id, message_id, sender, recipient, subject, received_at, raw FROM mailbox_message WHERE recipient = $1 ORDER BY id;

-- name: erase_messages
DELETE FROM mailbox_message WHERE recipient = $1;

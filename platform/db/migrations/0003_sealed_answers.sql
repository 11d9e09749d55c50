-- Answers are kept sealed from here on; those that lay in the clear go. Their requests stay known as done.
update idempotency_keys set status = null, answer = null;

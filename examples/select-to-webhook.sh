#!/usr/bin/env bash
# From class names to a manifest by one call, told by a webhook. Needs curl, and a receiver that this script waits for:
#   TOKEN=... WEBHOOK_URL=http://127.0.0.1:4000/ examples/select-to-webhook.sh my-batch Person
# It makes a webhook called as the batch, prints the secret to start examples/receiver.mjs with, sends test events until
# one arrives, then chooses, copies and writes the manifest of five images of the class. Run again, it changes nothing.
set -euo pipefail

API=${API:-http://127.0.0.1:3000}
: "${TOKEN:?a token with the scope write}" "${WEBHOOK_URL:?where the receiver listens}"
batch=${1:?the name of the batch} class=${2:?a class, such as Person}

# The answer's body on success; a refusal is told on stderr, and is a failure.
call() {
  local method=$1 path=$2 answer
  shift 2
  answer=$(curl -sS --fail-with-body -X "$method" "$API$path" -H "authorization: Bearer $TOKEN" \
    -H 'content-type: application/json' "$@") || { printf '%s\n' "$answer" >&2; return 1; }
  printf '%s' "$answer"
}
# The first string with this name in JSON on stdin; enough for flat answers, and needs no other program.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }
# Whether an event of this type has arrived.
arrived() {
  local deliveries
  deliveries=$(call GET "/v1/webhooks/$batch/deliveries?state=delivered") || exit 1
  grep -q "\"type\":\"$1\"" <<< "$deliveries"
}

webhook=$(call PUT "/v1/webhooks/$batch" \
  -d "{\"url\":\"$WEBHOOK_URL\",\"events\":[\"batch.failed\",\"manifest.written\"]}")
secret=$(field secret <<< "$webhook")
if [ -n "$secret" ]; then printf 'WEBHOOK_SECRET=%s node examples/receiver.mjs\n' "$secret"; fi

until arrived webhook.test; do
  call POST "/v1/webhooks/$batch/test" > /dev/null
  sleep 2
done
echo 'the receiver is there' >&2

call PUT "/v1/batches/$batch" \
  -d "{\"dataset\":\"sample-train\",\"classNames\":[\"$class\"],\"examplesPerClass\":5,\"run\":\"manifest\"}" > /dev/null
until arrived manifest.written; do
  if arrived batch.failed; then call GET "/v1/batches/$batch" >&2; exit 1; fi
  sleep 1
done
call GET "/v1/batches/$batch/manifest"

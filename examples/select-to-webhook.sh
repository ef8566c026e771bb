#!/usr/bin/env bash
# Takes a class to a manifest with one call, and waits for the webhook. Needs curl and a receiver:
#   TOKEN=... WEBHOOK_URL=http://127.0.0.1:4000/ examples/select-to-webhook.sh my-batch Person
# Registers a webhook with the name of the batch, prints the secret that examples/receiver.mjs needs, sends test events
# until one arrives, then selects and copies five images of the class and writes their manifest. Running it again
# changes nothing.
set -euo pipefail

API=${API:-http://127.0.0.1:3000}
: "${TOKEN:?a token with the scope write}" "${WEBHOOK_URL:?where the receiver listens}"
batch=${1:?the name of the batch} class=${2:?a class, such as Person}

# Prints the response body. An error goes to stderr and fails the call.
call() {
  local method=$1 path=$2 answer
  shift 2
  answer=$(curl -sS --fail-with-body -X "$method" "$API$path" -H "authorization: Bearer $TOKEN" \
    -H 'content-type: application/json' "$@") || { printf '%s\n' "$answer" >&2; return 1; }
  printf '%s' "$answer"
}
# Prints the first string field of this name in the JSON on stdin. Enough for flat responses, and needs no other program.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }
# Succeeds if an event of this type was delivered.
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
echo 'the receiver is ready' >&2

call PUT "/v1/batches/$batch" \
  -d "{\"dataset\":\"sample-train\",\"classNames\":[\"$class\"],\"examplesPerClass\":5,\"run\":\"manifest\"}" > /dev/null
until arrived manifest.written; do
  if arrived batch.failed; then call GET "/v1/batches/$batch" >&2; exit 1; fi
  sleep 1
done
call GET "/v1/batches/$batch/manifest"

/** For bash with openssl: to try out by hand, since a machine's other users see the arguments of programs. */
export const verifyInShell = `# WEBHOOK_SECRETS='whsec_…' bash verify.sh ID TIMESTAMP SIGNATURES BODY_FILE
set -f
id=$1 timestamp=$2 signatures=$3 body=$4
refuse() { echo "refused: $1"; exit 1; }

# Digits alone: a shell that calculates would run what else stands there.
[[ $timestamp =~ ^[0-9]{1,12}$ && $id =~ ^[^.[:space:]]+$ ]] || refuse malformed
age=$(($(date +%s) - 10#$timestamp))
(( age <= 300 && age >= -300 )) || refuse timestamp

# Two texts are compared by their hashes under a passing key, so that time tells nothing of them.
passing=$(openssl rand -hex 16)
blind() { printf '%s' "$1" | openssl dgst -sha256 -hmac "$passing"; }
for secret in $WEBHOOK_SECRETS; do
  key=$(printf '%s' "\${secret#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
  expected=v1,$({ printf '%s.%s.' "$id" "$timestamp"; cat "$body"; } |
    openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
  for given in $signatures; do
    [[ $(blind "$given") == "$(blind "$expected")" ]] && echo good && exit
  done
done
refuse signature
`

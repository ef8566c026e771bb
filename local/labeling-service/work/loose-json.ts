/** Strings, names before a colon, and commas before a closing bracket. */
const TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_$][\w$]*(?=\s*:)|,(?=\s*[\]}])/g

/**
 * JSON as the crowd elements take it in their attributes: names may be without quotes, and a last comma may follow.
 * @throws SyntaxError
 */
export function parseLooseJson(text: string): unknown {
  const strict = text.replaceAll(TOKEN, (token) => {
    if (token === ',') return ''
    if (token.startsWith('"')) return token
    return token.startsWith("'") ? JSON.stringify(token.slice(1, -1)) : `"${token}"`
  })
  return JSON.parse(strict)
}

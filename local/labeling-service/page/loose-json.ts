/** Matches strings, unquoted names before a colon, and trailing commas. */
const TOKEN = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_$][\w$]*(?=\s*:)|,(?=\s*[\]}])/g

/**
 * Parses JSON as the crowd elements do in their attributes: with unquoted names, single quotes and trailing commas.
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

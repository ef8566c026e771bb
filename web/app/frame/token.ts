import type { Problem } from './problem.ts'

/** The token of the owner, from the first screen to the pages. */
export type TokenState =
  | { readonly step: 'missing'; readonly message?: string }
  | { readonly step: 'checking'; readonly token: string }
  | { readonly step: 'accepted'; readonly token: string; readonly mayWrite: boolean }

export type TokenEvent =
  | { readonly type: 'pasted'; readonly text: string }
  | { readonly type: 'accepted' }
  | { readonly type: 'refused'; readonly problem: Problem }
  /** A request of a page was refused. */
  | { readonly type: 'call-refused'; readonly problem: Problem }
  | { readonly type: 'signed-out' }

/**
 * Returns where the first screen begins. Pure.
 * @param stored the token that this tab has kept; null for none
 */
export const initialToken = (stored: string | null): TokenState =>
  stored ? { step: 'accepted', token: stored, mayWrite: true } : { step: 'missing' }

/** Returns what follows from an event. Pure. */
export function reduceToken(state: TokenState, event: TokenEvent): TokenState {
  switch (event.type) {
    case 'pasted': {
      const token = cleanToken(event.text)
      const message = findTokenMistake(token)
      return message === undefined ? { step: 'checking', token } : { step: 'missing', message }
    }
    case 'accepted':
      return state.step === 'checking' ? { step: 'accepted', token: state.token, mayWrite: true } : state
    case 'refused':
      return state.step === 'checking' ? { step: 'missing', message: explainRefusal(event.problem) } : state
    case 'call-refused':
      return afterRefusedCall(state, event.problem)
    case 'signed-out':
      return { step: 'missing' }
  }
}

function afterRefusedCall(state: TokenState, { status }: Problem): TokenState {
  if (state.step !== 'accepted') return state
  if (status === 401)
    return { step: 'missing', message: 'The token is no longer accepted: it was revoked. Paste another one to go on.' }
  return status === 403 ? { ...state, mayWrite: false } : state
}

/** Removes what is often copied along with a token: spaces, quotes, the name of the header or of the variable. Pure. */
const cleanToken = (text: string): string =>
  text
    .trim()
    .replace(/^(authorization:\s*)?bearer\s+/i, '')
    .replace(/^GROUNDWORK_TOKEN=/, '')
    .replace(/^(["'])(.*)\1$/, '$2')

/** Returns what is wrong with a text that cannot be a token; undefined if it may be one. Pure. */
function findTokenMistake(token: string): string | undefined {
  if (token === '') return 'Paste a token first.'
  if (token.includes('#w.')) return 'This is the link of a worker. Open it in the address bar to label images.'
  if (token.startsWith('gws_')) return 'This is the session of a worker, which opens the labeling page only.'
  // Headers take nothing else.
  if (!/^[\x21-\x7e]+$/.test(token))
    return 'A token has no spaces and no special characters. Was more copied than that?'
  return undefined
}

/** Says why a token was not accepted, and what to do. Pure. */
function explainRefusal({ status, message }: Problem): string {
  if (status === 401) return 'This token is unknown: it was mistyped, cut off or revoked, or is of another deployment.'
  if (status === 403) return 'This token may not read. Create one with: npm run token -- create NAME --scope write'
  return `The token could not be checked. ${message}`
}

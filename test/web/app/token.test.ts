import { describe, expect, it } from '@jest/globals'
import type { Problem } from '../../../web/app/frame/problem.ts'
import { initialToken, reduceToken, type TokenEvent, type TokenState } from '../../../web/app/frame/token.ts'

const TOKEN = 'my-token-0123456789'
const problem = (status: number, message = 'No.'): Problem => ({ status, code: 'x', message, issues: [] })
const follow = (events: readonly TokenEvent[], from: TokenState = initialToken(null)): TokenState =>
  events.reduce(reduceToken, from)
const ACCEPTED: TokenState = { step: 'accepted', token: TOKEN, mayWrite: true }

describe('the token of the owner', () => {
  it('a tab that has kept a token goes on with it', () => {
    expect(initialToken(TOKEN)).toEqual(ACCEPTED)
    expect(initialToken(null)).toEqual({ step: 'missing' })
  })

  it('a pasted token is checked before it is accepted', () => {
    expect(follow([{ type: 'pasted', text: TOKEN }])).toEqual({ step: 'checking', token: TOKEN })
    expect(follow([{ type: 'pasted', text: TOKEN }, { type: 'accepted' }])).toEqual(ACCEPTED)
  })

  it.each([
    ` ${TOKEN}\n`,
    `Bearer ${TOKEN}`,
    `authorization: Bearer ${TOKEN}`,
    `"${TOKEN}"`,
    `GROUNDWORK_TOKEN=${TOKEN}`,
  ])('what was copied along with a token is removed: %j', (text) => {
    expect(follow([{ type: 'pasted', text }])).toEqual({ step: 'checking', token: TOKEN })
  })

  it.each([
    ['', /Paste a token/],
    ['http://127.0.0.1:3000/label#w.abc', /link of a worker/],
    ['gws_abc.def', /session of a worker/],
    ['two words', /no spaces/],
    ['tökén', /no special characters/],
  ])('a text that cannot be a token is not sent: %j', (text, message) => {
    expect(follow([{ type: 'pasted', text }])).toMatchObject({
      step: 'missing',
      message: expect.stringMatching(message),
    })
  })

  it('a refused token is forgotten, and the reason is said', () => {
    const refused = (status: number) =>
      follow([
        { type: 'pasted', text: TOKEN },
        { type: 'refused', problem: problem(status, 'The server cannot be reached.') },
      ])
    expect(refused(401)).toMatchObject({ step: 'missing', message: expect.stringContaining('unknown') })
    expect(refused(403)).toMatchObject({ step: 'missing', message: expect.stringContaining('--scope write') })
    expect(refused(0)).toMatchObject({ step: 'missing', message: expect.stringContaining('cannot be reached') })
  })

  it('a call that is answered 401 leads back to the first screen', () => {
    const state = follow([{ type: 'call-refused', problem: problem(401) }], ACCEPTED)
    expect(state).toMatchObject({ step: 'missing', message: expect.stringContaining('revoked') })
    expect(JSON.stringify(state)).not.toContain(TOKEN)
  })

  it('a call that is answered 403 shows that the token may only read', () => {
    expect(follow([{ type: 'call-refused', problem: problem(403) }], ACCEPTED)).toEqual({
      ...ACCEPTED,
      mayWrite: false,
    })
  })

  it('a late answer changes nothing after signing out', () => {
    const state = follow(
      [{ type: 'signed-out' }, { type: 'call-refused', problem: problem(401) }, { type: 'accepted' }],
      ACCEPTED,
    )
    expect(state).toEqual({ step: 'missing' })
  })
})

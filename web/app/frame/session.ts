import { callApi } from '../../kit/api.ts'
import { get } from './calls.ts'
import { type Client, makeClient, toApiError } from './client.ts'
import { makeStore } from './store.ts'
import { initialToken, reduceToken, type TokenState } from './token.ts'

const STORAGE_KEY = 'groundwork-token'

/** The smallest call that a token must be able to make. */
export const TOKEN_CHECK = get('v1/datasets?limit=1')

/** Who uses the page. */
export interface Session {
  readonly state: TokenState
  readonly client: Client
  /** Checks a token, and keeps it for this tab if it is accepted. */
  paste(text: string): Promise<void>
  signOut(): void
}

/**
 * Opens the session of this tab. The token is in `sessionStorage` only: it is gone when the tab is closed, and other tabs
 * do not have it.
 * @param onChange is called whenever the state is another one
 */
export function openSession(onChange: () => void): Session {
  const store = makeStore(reduceToken, initialToken(sessionStorage.getItem(STORAGE_KEY)), (state) => {
    if (state.step === 'accepted') sessionStorage.setItem(STORAGE_KEY, state.token)
    else sessionStorage.removeItem(STORAGE_KEY)
    onChange()
  })
  const token = (): string | undefined => (store.state.step === 'accepted' ? store.state.token : undefined)
  return {
    get state() {
      return store.state
    },
    client: makeClient(token, (problem) => store.send({ type: 'call-refused', problem })),
    paste: async (text) => {
      store.send({ type: 'pasted', text })
      const { state } = store
      if (state.step !== 'checking') return
      try {
        await callApi({ path: TOKEN_CHECK.path, token: state.token })
        store.send({ type: 'accepted' })
      } catch (error) {
        store.send({ type: 'refused', problem: toApiError(error) })
      }
    },
    signOut: () => store.send({ type: 'signed-out' }),
  }
}

import type { Plugin, SwaggerSystem } from './swagger-ui.ts'

/** The name of the authentication scheme in the contract. */
const SCHEME = 'token'

/** The input for the token, to which operations without one lead. */
export const TOKEN_INPUT = 'token'

const TOKEN_HELP =
  'Sent with each request of this page, and forgotten when you leave it. A new one: npm run token -- create NAME --scope read or write. For operations of workers: a session from POST /v1/me/sessions.'
const SIGNED_HELP =
  'This deployment takes requests that are signed with AWS credentials, which this page cannot do. Only operations of workers can be tried here, with a session from POST /v1/me/sessions.'

/** Shows an input for the token at the top of the page, in place of a button that opens a dialog. */
export const tokenPlugin = ({ React: { createElement: h, useState } }: SwaggerSystem): Plugin => ({
  wrapComponents: {
    AuthorizeBtnContainer: (_Original, system) =>
      function TokenForm() {
        const [token, setToken] = useState('')
        const isSet = isAuthorized(system)
        const submit = (event: Event) => {
          event.preventDefault()
          if (token.trim() === '') return
          system.preauthorizeApiKey(SCHEME, token.trim())
          setToken('')
        }
        const input = {
          id: TOKEN_INPUT,
          type: 'password',
          autoComplete: 'off',
          spellCheck: false,
          'aria-describedby': 'token-help',
          placeholder: isSet ? 'Another token' : 'Paste your token here',
          value: token,
          onChange: ({ target }: { target: HTMLInputElement }) => setToken(target.value),
        }
        const forget = { type: 'button', className: 'btn', onClick: () => system.authActions.logout([SCHEME]) }
        return h(
          'form',
          { className: 'token', 'aria-label': 'Token', onSubmit: submit },
          h('label', { htmlFor: TOKEN_INPUT }, 'Token'),
          h('input', input),
          h('button', { type: 'submit', className: 'btn' }, 'Use this token'),
          isSet && h('button', forget, 'Forget it'),
          h('p', { role: 'status' }, isSet ? 'Requests are sent with your token.' : 'No token yet.'),
          h('p', { id: 'token-help' }, isSignedOnly() ? SIGNED_HELP : TOKEN_HELP),
          // The dialog that the lock of an operation opens.
          Boolean(system.authSelectors.shownDefinitions()) && h(system.getComponent('authorizationPopup', true), null),
        )
      },
  },
})

/** Whether a token is set. */
export const isAuthorized = ({ authSelectors }: SwaggerSystem): boolean =>
  authSelectors.authorized()?.get(SCHEME) !== undefined

const isSignedOnly = (): boolean => document.documentElement.dataset.authorization === 'iam'

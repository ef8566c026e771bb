import { describeEffect } from './effect.ts'
import type { ImmutableMap, Plugin, SwaggerSystem } from './swagger-ui.ts'
import { isAuthorized, TOKEN_INPUT } from './token-plugin.ts'

interface ExecuteProps {
  readonly operation: ImmutableMap
  readonly path: string
  readonly method: string
}

/** Says above the button what the request would do, and asks before a deletion and before a request without a preview. */
export const executePlugin = ({ React: { createElement: h } }: SwaggerSystem): Plugin => ({
  wrapComponents: {
    execute: (Original, system) =>
      function Execute(props: ExecuteProps) {
        const { operation, path, method } = props
        const values = system.specSelectors.parameterValues([path, method]).toJS() as Record<string, string | undefined>
        const validateOnly = values[VALIDATE_ONLY]
        const scope = operation.getIn(['security', 0, 'token', 0]) as string | undefined
        const canPreview = VALIDATE_ONLY in values
        const { kind, isConfirmed, text } = describeEffect({ method, scope, canPreview, validateOnly })
        const confirmFirst = (event: Event) => {
          if (!isConfirmed || confirm(toQuestion(props, text))) return
          event.preventDefault()
          event.stopPropagation()
        }
        return h(
          'div',
          { className: `effect effect-${kind}`, onClickCapture: confirmFirst },
          kind !== 'reads' && h('p', null, text),
          h(Original as never, props as never),
          scope !== undefined &&
            !isAuthorized(system) &&
            h('p', null, h('a', { href: `#${TOKEN_INPUT}`, onClick: focusToken }, 'Enter a token first'), '.'),
        )
      },
  },
})

const toQuestion = ({ operation, method, path }: ExecuteProps, text: string): string =>
  `${method.toUpperCase()} ${path}\n${operation.get('summary')}.\n\n${text} Send it?`

/** What Swagger UI calls the query parameter. */
const VALIDATE_ONLY = 'query.validateOnly'

function focusToken(event: Event): void {
  event.preventDefault()
  document.getElementById(TOKEN_INPUT)?.focus()
}

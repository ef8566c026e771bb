import errorsDocument from '../../docs/errors.md'
import type { OperationError } from './document.ts'
import { readErrorSections } from './error-sections.ts'
import type { Component, ImmutableMap, Plugin, SwaggerSystem } from './swagger-ui.ts'

interface ResponseProps {
  readonly code: string
  readonly response: ImmutableMap
}

const SECTIONS = readErrorSections(errorsDocument)

const toId = (code: string): string => `error-${code}`

/** Shows the error answers of an operation as one entry that opens on request, and explains each code once, at the end. */
export const answersPlugin = ({ React: { createElement: h } }: SwaggerSystem): Plugin => ({
  wrapComponents: {
    response: (Original) =>
      function Response(props: ResponseProps) {
        const { response } = props
        const errors = response.get('x-errors') as ImmutableMap | undefined
        if (errors === undefined) return h(Original, props as never)
        const all = errors.toJS() as OperationError[]
        const toLink = ({ status, code }: OperationError) =>
          h('li', { key: code }, `${status} `, h('a', { href: `#${toId(code)}` }, code))
        const details = h(
          'details',
          { className: 'errors' },
          h('summary', null, `Errors: ${new Set(all.map(({ status }) => status)).size} statuses, ${all.length} codes`),
          h('ul', null, all.map(toLink)),
          response.get('content') !== undefined &&
            h('table', { className: 'responses-table' }, h('tbody', null, h(Original, props as never))),
        )
        return h('tr', { className: 'response' }, h('td', { colSpan: 3 }, details))
      },
    operations: (Original, { getComponent }) =>
      function Operations(props) {
        const Markdown = getComponent('Markdown', true) as Component
        const sections = SECTIONS.map(({ code, text }) =>
          h(
            'details',
            { id: toId(code), key: code },
            h('summary', null, h('code', null, code)),
            h(Markdown, { source: text }),
          ),
        )
        return h(
          'div',
          null,
          h(Original, props),
          h(
            'details',
            { className: 'error-sections' },
            h('summary', null, h('h3', null, 'errors'), ' What each error code means, and what to do.'),
            sections,
          ),
        )
      },
  },
})

/** Opens and shows the explanation of the error that the address names. */
export function revealError(): void {
  const section = document.getElementById(location.hash.slice(1))
  if (!(section instanceof HTMLDetailsElement)) return
  section.open = true
  const group = section.parentElement?.closest('details')
  if (group) group.open = true
  section.scrollIntoView({ block: 'start' })
  section.querySelector('summary')?.focus()
}

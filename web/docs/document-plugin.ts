import { type Contract, toPageDocument } from './document.ts'
import type { Component, Plugin, SwaggerSystem } from './swagger-ui.ts'

/**
 * Shows the contract as {@link toPageDocument} returns it: with details of the introduction that open on request, and without
 * a choice among one server. Groups stay open while a filter selects some.
 */
export const documentPlugin = ({ React: { createElement: h } }: SwaggerSystem): Plugin => ({
  statePlugins: {
    spec: {
      wrapActions: {
        updateJsonSpec: (update: (document: object) => object) => (document: Contract) =>
          update(toPageDocument(document)),
      },
    },
    layout: {
      wrapSelectors: {
        isShown:
          (isShown: (...args: unknown[]) => boolean, system: SwaggerSystem) =>
          (_state: unknown, key: string | readonly string[], ...rest: unknown[]) =>
            (key[0] === 'operations-tag' && isFiltered(system)) || isShown(key, ...rest),
      },
    },
  },
  wrapComponents: {
    InfoContainer: (Original, { getComponent, specSelectors }) =>
      function Introduction(props) {
        const details = specSelectors.specJson().getIn(['info', 'x-details'])
        return h(
          'header',
          // Swagger UI has it within a section, where a header alone is no landmark.
          { role: 'banner' },
          h(Original, props),
          h(
            'details',
            { className: 'introduction' },
            h('summary', null, 'Requests, long-running operations, lists, errors, times'),
            h(getComponent('Markdown', true) as Component, { source: details }),
          ),
        )
      },
    ServersContainer: () => () => null,
    // The link would lie within the button that opens the operation, which writes the same address.
    DeepLink: () =>
      function Path({ text }: { readonly text: string }) {
        return h('span', null, text)
      },
  },
})

function isFiltered({ layoutSelectors }: SwaggerSystem): boolean {
  const filter = layoutSelectors.currentFilter()
  return typeof filter === 'string' && filter !== '' && filter !== 'true'
}

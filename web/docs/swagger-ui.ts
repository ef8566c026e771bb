/** A node that React renders. */
export type Node = object | string | number | null | undefined | false | readonly Node[]

export type Props = Readonly<Record<string, unknown>>
export type Component<Known = Props> = (props: Known) => Node

/** The part of React that the page uses: Swagger UI brings its own. */
export interface React {
  createElement(type: string | Component<never>, props: Props | null, ...children: Node[]): Node
  useState<State>(initial: State): [State, (next: State) => void]
}

/** A map of the library Immutable, in which Swagger UI keeps the contract and its state. */
export interface ImmutableMap {
  get(key: string): unknown
  getIn(path: readonly (string | number)[]): unknown
  toJS(): unknown
}

/** The part of a running Swagger UI that the page uses. */
export interface SwaggerSystem {
  readonly React: React
  readonly layoutSelectors: { currentFilter(): string | boolean }
  readonly authSelectors: { authorized(): ImmutableMap | undefined; shownDefinitions(): unknown }
  readonly authActions: { logout(names: readonly string[]): void }
  readonly specSelectors: {
    specJson(): ImmutableMap
    parameterValues(pathAndMethod: readonly [string, string]): ImmutableMap
  }
  getComponent(name: string, isConnected?: boolean): Component<never>
  preauthorizeApiKey(scheme: string, token: string): void
}

/** @see https://swagger.io/docs/open-source-tools/swagger-ui/customization/plugin-api/ */
export interface Plugin {
  readonly wrapComponents?: Readonly<
    Record<string, (Original: Component<never>, system: SwaggerSystem) => Component<never>>
  >
  readonly statePlugins?: Readonly<Record<string, Readonly<Record<string, object>>>>
}

/** Renders the page. @see https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ */
declare global {
  const SwaggerUIBundle: (configuration: {
    readonly plugins: readonly ((system: SwaggerSystem) => Plugin)[]
    readonly onComplete: () => void
    readonly [option: string]: unknown
  }) => unknown
}

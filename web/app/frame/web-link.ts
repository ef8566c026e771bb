/**
 * Returns an address from data, such as the page of an author, if it may become a link: only `http` and `https`, as
 * `javascript:` and others would run in this page. Pure.
 */
export function toWebLink(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined
  const { protocol, href } = new URL(text)
  return protocol === 'https:' || protocol === 'http:' ? href : undefined
}

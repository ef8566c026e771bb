/** Generated parts of a document, by the name in their markers. */
export type Sections = Readonly<Record<string, string>>

const MARKED = /<!-- generated: ([\w-]+) -->\n[\s\S]*?<!-- \/generated -->/g

/**
 * Replaces what lies between `<!-- generated: NAME -->` and `<!-- /generated -->` by the section of that name. Pure.
 * @throws Error naming a marker without a section, or a section without a marker
 */
export function fillSections(text: string, sections: Sections): string {
  const filled = new Set<string>()
  const result = text.replaceAll(MARKED, (_, name: string) => {
    const section = sections[name]
    if (section === undefined) throw new Error(`The document has a marker "${name}", and nothing generates it`)
    filled.add(name)
    return `<!-- generated: ${name} -->\n${section.trim()}\n<!-- /generated -->`
  })
  const unused = Object.keys(sections).find((name) => !filled.has(name))
  if (unused !== undefined) throw new Error(`The document has no marker <!-- generated: ${unused} -->`)
  return result
}

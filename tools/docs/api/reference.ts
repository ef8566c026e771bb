import { code, table, toAnchor } from '../markdown.ts'
import { findScope, toExampleFile, writeOperation } from './operation.ts'
import { type Call, type Contract, listCalls, toHeading } from './schema.ts'

/** Writes a table of all endpoints: what each does, the scope that it needs, and its example. Pure. */
export const writeEndpointTable = (contract: Contract): string =>
  table(
    ['Endpoint', 'Description', 'Scope', 'Example'],
    listByGroup(contract).flatMap(({ calls }) => calls.map((call) => writeRow(call))),
  )

function writeRow(call: Call): string[] {
  const heading = toHeading(call)
  const file = toExampleFile(call)
  return [
    `[${code(heading)}](#${toAnchor(heading)})`,
    call.summary,
    findScope(call) ?? 'none',
    `[${file.replace('.http', '')}](../examples/${file})`,
  ]
}

/** Writes the reference of all endpoints, one resource after another. Pure. */
export const writeReference = (contract: Contract): string =>
  listByGroup(contract)
    .map(({ name, description, calls }) =>
      [
        `## ${toTitle(name)}`,
        description,
        ...calls.map((call) => writeOperation(call, contract.components.schemas)),
      ].join('\n\n'),
    )
    .join('\n\n')

/** `labeling-jobs` is headed `Labeling jobs`. */
const toTitle = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll('-', ' ')

const listByGroup = (contract: Contract) =>
  contract.tags.map((tag) => ({
    ...tag,
    calls: listCalls(contract).filter(({ tags }) => tags.includes(tag.name)),
  }))

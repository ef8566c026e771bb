import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CONTRACT_FILE } from '../contract/file.ts'
import type { Command } from './run-command.ts'

/** A client that is generated from the contract. Its commands run in a folder of its own, with the tools in the PATH. */
export interface Client {
  /** Also the folder in `test/clients/` with its program and the settings of its generator. */
  readonly name: string
  readonly tools: 'npm' | 'python'
  readonly generate: readonly Command[]
  /** Checks the types of the client and of the program that uses it. */
  readonly check: readonly Command[]
  /** Does a whole job with it. */
  readonly run: Command
}

const CONTRACT = fileURLToPath(CONTRACT_FILE)

/** Imports every module of the client; warnings are errors. */
const IMPORT_ALL = [
  'import groundwork_client, importlib, pkgutil',
  'names = [one.name for one in pkgutil.walk_packages(groundwork_client.__path__, "groundwork_client.")]',
  'assert len(names) > 100',
  'for name in names: importlib.import_module(name)',
].join('\n')

const CHECK_IMPORTS: Command = ['python', '-W', 'error', '-c', IMPORT_ALL]
const CHECK_PYTHON: readonly Command[] = [CHECK_IMPORTS, ['mypy', 'groundwork_client', 'job.py']]
/** This generator asks for a method before it calls it on a member of a union, which mypy does not follow. */
const CHECK_UNIONS_LESS: readonly Command[] = [
  CHECK_IMPORTS,
  ['mypy', '--disable-error-code=union-attr', 'groundwork_client', 'job.py'],
]

export const CLIENTS: readonly Client[] = [
  {
    name: 'typescript',
    tools: 'npm',
    generate: [['openapi-typescript', CONTRACT, '-o', 'groundwork.d.ts']],
    check: [['tsc', '-p', '.']],
    run: [process.execPath, 'job.mts'],
  },
  {
    name: 'python-client',
    tools: 'python',
    generate: [
      [
        ...([
          'openapi-python-client',
          'generate',
          '--path',
          CONTRACT,
          '--config',
          'config.yml',
          '--meta',
          'none',
        ] as const),
        ...['--output-path', 'groundwork_client', '--fail-on-warning'],
      ],
    ],
    check: CHECK_PYTHON,
    run: ['python', 'job.py'],
  },
  {
    name: 'openapi-generator',
    tools: 'python',
    generate: [
      [
        ...([
          'openapi-generator-cli',
          'generate',
          '-g',
          'python',
          '-i',
          CONTRACT,
          '-c',
          'config.yml',
          '-o',
          '.',
        ] as const),
        '--global-property=apiDocs=false,modelDocs=false,apiTests=false,modelTests=false',
      ],
    ],
    check: CHECK_UNIONS_LESS,
    run: ['python', 'job.py'],
  },
]

/** Returns the environment with a folder of programs before all others. */
export const withPath = (environment: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv => ({
  ...environment,
  PATH: `${folder}${delimiter}${environment.PATH ?? ''}`,
})

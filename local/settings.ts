import { isBearerToken } from '../shared/platform/tokens/token.ts'
import type { Environment } from './environment.ts'

/** The settings of `npm run dev`. */
export interface DevSettings {
  readonly directory: string
  readonly port: number
  readonly s3Port: number
  readonly logLevel: string
  /** Without it, the stack generates one. */
  readonly token?: string
  /** Why the token should be another one. */
  readonly warning?: string
}

/** A token of fewer characters can be guessed by trying. */
const MIN_TOKEN_CHARACTERS = 16

const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'SILENT']
const MAX_PORT = 65_535

const WEAK_TOKEN = `GROUNDWORK_TOKEN is easy to guess: use at least ${MIN_TOKEN_CHARACTERS} random characters, or leave it out to get a random one.`

/** The S3 server takes the port that is so far from that of the API, so that a second stack needs no second setting. */
const S3_PORT_DISTANCE = 100

/** Reads the settings of `npm run dev` from the environment. Pure. @throws Error naming an invalid variable */
export function readDevSettings(environment: Environment): DevSettings {
  const port = readPort('PORT', environment.PORT || '3000')
  const s3Port = readPort('S3_PORT', environment.S3_PORT || defaultS3Port(port))
  if (port === s3Port && port !== 0) throw new Error(`PORT and S3_PORT must differ, but both are ${port}.`)
  return {
    directory: environment.GROUNDWORK_DIR || '.groundwork',
    port,
    s3Port,
    logLevel: readLogLevel(environment.LOG_LEVEL || environment.POWERTOOLS_LOG_LEVEL || 'WARN'),
    ...readToken(environment.GROUNDWORK_TOKEN || undefined),
  }
}

function defaultS3Port(port: number): string {
  if (port === 0) return '0'
  return String(port + (port + S3_PORT_DISTANCE > MAX_PORT ? -S3_PORT_DISTANCE : S3_PORT_DISTANCE))
}

function readPort(variable: string, text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= MAX_PORT) return port
  throw new Error(`${variable} must be an integer from 0 (any free port) to ${MAX_PORT}, not "${text}".`)
}

function readLogLevel(text: string): string {
  const level = text.toUpperCase()
  if (LOG_LEVELS.includes(level)) return level
  throw new Error(`LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}, not "${text}".`)
}

/** @throws Error for an invalid bearer token */
function readToken(text: string | undefined): Pick<DevSettings, 'token' | 'warning'> {
  if (text === undefined) return {}
  if (isBearerToken(text)) return { token: text, ...(text.length < MIN_TOKEN_CHARACTERS && { warning: WEAK_TOKEN }) }
  throw new Error('GROUNDWORK_TOKEN may contain only letters, digits and - . _ ~ + /, with optional = at the end.')
}

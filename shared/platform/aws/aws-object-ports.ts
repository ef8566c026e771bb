import { readConfig } from '../config.ts'
import { logWith } from '../observability/log.ts'
import type { LogKeys, Ports } from '../ports.ts'
import { objectPorts, s3Client } from './object-ports.ts'

type ObjectPorts = Pick<Ports, 'config' | 'objects' | 'now' | 'newId' | 'requestId' | 'log'>

let shared: Omit<ObjectPorts, 'log' | 'requestId'> | undefined

/** Returns the ports of a function that only reads and writes state: no client but that of S3 is loaded. */
export function awsObjectPorts(requestId: string, logKeys: LogKeys = {}): ObjectPorts {
  if (!shared) {
    const config = readConfig(process.env)
    shared = { config, ...objectPorts(s3Client(config), config.bucket, config.s3Workarounds) }
  }
  return { ...shared, requestId, log: logWith({ requestId, ...logKeys }) }
}

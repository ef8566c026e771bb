import { describe } from '@jest/globals'
import { memoryObject } from '../support/world/memory-object.ts'
import { memoryPorts, testConfig } from '../support/world/ports.ts'
import { bucketContract } from './bucket.ts'
import { type DownloadsSubject, downloadsContract } from './downloads.ts'
import { labelerContract } from './labeler.ts'
import { messagesContract } from './messages.ts'
import { objectCopierContract } from './object-copier.ts'
import { objectStoreContract } from './object-store.ts'
import { type ReceiversSubject, receiversContract } from './receivers.ts'
import { remoteFilesContract } from './remote-files.ts'
import type { Subject } from './subject.ts'
import { uploadsContract } from './uploads.ts'

async function makeSubject(): Promise<Subject> {
  const ports = memoryPorts()
  return {
    ports,
    place: async (uri, content, { contentType, metadata, headers } = {}) => {
      ports.world.stored.set(uri, memoryObject(content, contentType, metadata, headers))
    },
    receive: async (queue) => ports.world.sent[queue].filter((message) => !ports.world.delays.has(message)),
  }
}

async function makeReceivers(): Promise<ReceiversSubject> {
  const { world, receivers } = memoryPorts({ config: testConfig({ allowLoopback: true }) })
  const listen: ReceiversSubject['listen'] = async (behaviour) => {
    const url = `http://127.0.0.1/${world.receivers.size}`
    world.receivers.set(url, behaviour)
    return url
  }
  return { receivers, listen, received: () => world.received }
}

async function makeDownloads(): Promise<DownloadsSubject> {
  const { world, downloads } = memoryPorts()
  return {
    downloads,
    serve: async (name, bytes) => {
      const url = `https://files.example/${name}`
      world.web.set(url, { bytes, etag: undefined, ranges: false })
      return url
    },
    redirect: async (name, to) => {
      const url = `https://files.example/${name}`
      world.redirects.set(url, to)
      return url
    },
  }
}

describe('the ports in memory', () => {
  objectStoreContract(makeSubject)
  uploadsContract(makeSubject)
  objectCopierContract(makeSubject)
  remoteFilesContract(makeSubject)
  downloadsContract(makeDownloads)
  messagesContract(makeSubject)
  receiversContract(makeReceivers)
  bucketContract(makeSubject)
  labelerContract(makeSubject)
})

import { describe } from '@jest/globals'
import { memoryPorts } from '../fakes/ports.ts'
import { memoryObject } from '../fakes/world.ts'
import { bucketContract } from './bucket.ts'
import { labelerContract } from './labeler.ts'
import { messagesContract } from './messages.ts'
import { objectCopierContract } from './object-copier.ts'
import { objectStoreContract } from './object-store.ts'
import { remoteFilesContract } from './remote-files.ts'
import type { Subject } from './subject.ts'
import { uploadsContract } from './uploads.ts'

async function makeSubject(): Promise<Subject> {
  const ports = memoryPorts()
  return {
    ports,
    place: async (uri, content, { contentType, metadata } = {}) => {
      ports.world.stored.set(uri, memoryObject(content, contentType, metadata))
    },
    receive: async (queue) => ports.world.sent[queue],
  }
}

describe('the ports in memory', () => {
  objectStoreContract(makeSubject)
  uploadsContract(makeSubject)
  objectCopierContract(makeSubject)
  remoteFilesContract(makeSubject)
  messagesContract(makeSubject)
  bucketContract(makeSubject)
  labelerContract(makeSubject)
})

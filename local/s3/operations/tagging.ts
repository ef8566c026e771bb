import { receiveXml } from '../protocol/body.ts'
import { emptyReply, type Reply, xmlReply } from '../protocol/reply.ts'
import type { S3Request } from '../protocol/request.ts'
import { checkTags, TaggingXml } from '../protocol/tags.ts'
import type { Tag } from '../storage/model.ts'
import type { Store } from '../storage/store.ts'
import type { Operation } from './operation.ts'

export const getObjectTagging: Operation = ({ bucket, key }, store) => {
  const Tag = store.object(bucket, key).tags.map((tag) => ({ Key: tag.key, Value: tag.value }))
  return xmlReply('Tagging', { TagSet: { Tag } })
}

export const putObjectTagging: Operation = async (request, store) => {
  store.object(request.bucket, request.key)
  const { TagSet } = await receiveXml(request, 'Tagging', TaggingXml)
  const tags = checkTags(TagSet.Tag.map(({ Key, Value }) => ({ key: Key, value: Value })))
  return setTags(request, store, tags, 200)
}

export const deleteObjectTagging: Operation = (request, store) => setTags(request, store, [], 204)

/** Replaces the tags of an object. Its bytes, ETag and modification time do not change. */
function setTags({ bucket, key }: S3Request, store: Store, tags: Tag[], status: 200 | 204): Reply {
  store.commit({ type: 'object-put', bucket, key, object: { ...store.object(bucket, key), tags } })
  return emptyReply(status)
}

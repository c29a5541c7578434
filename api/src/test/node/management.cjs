// Manages objects by Qiniu's SDK; tells what was answered, as one line of JSON.
// usage: node management.cjs HOST ACCESS_KEY SECRET_KEY BUCKET SOURCE_URL
const qiniu = require('qiniu');

const [host, accessKey, secretKey, bucket, source] = process.argv.slice(2);
qiniu.conf.UC_HOST = host;
const mac = new qiniu.auth.digest.Mac(accessKey, secretKey);
const manager = new qiniu.rs.BucketManager(mac, new qiniu.conf.Config({useHttpsDomain: false}));

async function main() {
    const told = {};
    const tell = async (name, call) => {
        const {data, resp} = await call;
        told[name] = {status: resp.statusCode, data};
    };
    await tell('stat', manager.stat(bucket, 'höhö/片 1.txt'));
    await tell('statNothing', manager.stat(bucket, 'nothing'));
    await tell('copy', manager.copy(bucket, 'höhö/片 1.txt', bucket, 'copy', {force: true}));
    await tell('move', manager.move(bucket, 'copy', bucket, 'moved', null));
    await tell('moveOnto', manager.move(bucket, 'moved', bucket, 'höhö/片 1.txt', null));
    await tell('changeMime', manager.changeMime(bucket, 'moved', 'image/png'));
    await tell('changeHeaders', manager.changeHeaders(bucket, 'moved', {'Cache-Control': 'no-store'}));
    await tell('changeType', manager.changeType(bucket, 'moved', 1));
    await tell('updateObjectStatus', manager.updateObjectStatus(bucket, 'moved', 1));
    await tell('lifecycle', manager.setObjectLifeCycle(bucket, 'moved', {deleteAfterDays: 1, cond: {mime: 'image/png'}}));
    await tell('statMoved', manager.stat(bucket, 'moved'));
    await tell('batch', manager.batch([
        qiniu.rs.statOp(bucket, 'moved'),
        qiniu.rs.statOp(bucket, 'nothing'),
        qiniu.rs.changeTypeOp(bucket, 'moved', 0),
        qiniu.rs.changeMimeOp(bucket, 'moved', 'text/plain'),
        qiniu.rs.changeHeadersOp(bucket, 'moved', {'Cache-Control': 'no-cache'}),
        qiniu.rs.changeStatusOp(bucket, 'moved', 0),
        qiniu.rs.deleteAfterDaysOp(bucket, 'moved', 1),
        qiniu.rs.copyOp(bucket, 'moved', bucket, 'again', {force: true}),
        qiniu.rs.moveOp(bucket, 'moved', bucket, 'again', {force: true}),
        qiniu.rs.deleteOp(bucket, 'again'),
        qiniu.rs.deleteOp(bucket, 'again'),
    ]));
    await tell('list', manager.listPrefix(bucket, {prefix: '', delimiter: '/', limit: 10}));
    await tell('listV2', manager.listPrefixV2(bucket, {}));
    await tell('listBadMarker', manager.listPrefix(bucket, {marker: 'bad'}));
    await tell('fetch', manager.fetch(source + '/page', bucket, 'fetched.html'));
    await tell('delete', manager.delete(bucket, 'fetched.html'));
    await tell('listBucket', manager.listBucket());
    await tell('createBucket', manager.createBucket('node-made', {regionId: 'z0'}));
    await tell('getBucketInfo', manager.getBucketInfo('node-made'));
    await tell('putBucketAccessMode', manager.putBucketAccessMode('node-made', {private: 1}));
    await tell('putBucketMaxAge', manager.putBucketMaxAge('node-made', {maxAge: 60}));
    await tell('getPrivateInfo', manager.getBucketInfo('node-made'));
    await tell('listBucketDomains', manager.listBucketDomains('node-made'));
    await tell('prefetchNoMirror', manager.prefetch('node-made', 'page'));
    await tell('image', manager.image('node-made', source, ''));
    await tell('prefetch', manager.prefetch('node-made', 'page'));
    await tell('prefetchNothing', manager.prefetch('node-made', 'nothing'));
    await tell('statPrefetched', manager.stat('node-made', 'page'));
    await tell('unimage', manager.unimage('node-made'));
    await tell('deletePrefetched', manager.delete('node-made', 'page'));
    await tell('addRule', manager.putBucketLifecycleRule('node-made', {name: 'old', prefix: 'tmp/', delete_after_days: 7}));
    await tell('addSameRule', manager.putBucketLifecycleRule('node-made', {name: 'old', delete_after_days: 7}));
    await tell('updateRule', manager.updateBucketLifecycleRule('node-made', {name: 'old', prefix: 'tmp/', delete_after_days: 9}));
    await tell('getRules', manager.getBucketLifecycleRule('node-made'));
    await tell('deleteRule', manager.deleteBucketLifecycleRule('node-made', 'old'));
    await tell('deleteNoRule', manager.deleteBucketLifecycleRule('node-made', 'old'));
    await tell('getNoRules', manager.getBucketLifecycleRule('node-made'));
    await tell('putRefer', manager.putReferAntiLeech('node-made', {mode: 1, norefer: 1, pattern: 'example.com'}));
    await tell('protect', manager.putBucketAccessStyleMode('node-made', 1));
    await tell('getSettings', manager.getBucketInfo('node-made'));
    await tell('putCors', manager.putCorsRules('node-made', [{
        allowed_origin: ['https://example.com'], allowed_method: ['GET'], max_age: 60,
    }]));
    await tell('getCors', manager.getCorsRules('node-made'));
    await tell('putQuota', manager.putBucketQuota('node-made', {size: 1024, count: 10}));
    await tell('getQuota', manager.getBucketQuota('node-made'));
    await tell('deleteBucket', manager.deleteBucket('node-made'));
    await tell('deleteNoBucket', manager.deleteBucket('node-made'));
    console.log(JSON.stringify(told));
}

main().catch(e => {
    console.error(e);
    process.exitCode = 1;
});

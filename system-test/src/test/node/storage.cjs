// What the guide to storage does with Qiniu's SDK for Node; tells what was answered as JSON.
// usage: node storage.cjs API MEDIA ACCESS_KEY SECRET_KEY FILE
const [api, media, accessKey, secretKey, file] = process.argv.slice(2);

async function main() {
    // @start region="configure"
    const qiniu = require('qiniu');

    qiniu.conf.UC_HOST = api; // all other hosts are asked for there
    const mac = new qiniu.auth.digest.Mac(accessKey, secretKey);
    const config = new qiniu.conf.Config({useHttpsDomain: false});
    const buckets = new qiniu.rs.BucketManager(mac, config);
    // @end region="configure"

    // @start region="upload"
    await buckets.createBucket('covers', {regionId: 'z0'});
    const policy = new qiniu.rs.PutPolicy({scope: 'covers:gopher.jpg', expires: 3600});
    const uploads = new qiniu.form_up.FormUploader(config);
    const uploaded = await uploads.putFile(
        policy.uploadToken(mac), 'gopher.jpg', file, new qiniu.form_up.PutExtra());

    const parts = new qiniu.resume_up.ResumeUploader(config);
    const extra = new qiniu.resume_up.PutExtra();
    extra.version = 'v2';
    const large = new qiniu.rs.PutPolicy({scope: 'covers', expires: 3600});
    const resumed = await parts.putFile(large.uploadToken(mac), 'large.jpg', file, extra);
    // @end region="upload"

    // @start region="private"
    const info = await buckets.stat('covers', 'gopher.jpg');
    const listing = await buckets.listPrefix('covers', {prefix: 'go', limit: 1000});
    await buckets.putBucketAccessMode('covers', {private: 1});
    const signed = buckets.privateDownloadUrl(
        `http://${media}/covers`, 'gopher.jpg?imageView2/1/w/200/h/200', Date.now() / 1000 + 3600 | 0);
    // @end region="private"
    const thumbnail = await fetch(signed);

    // @start region="delete"
    await buckets.move('covers', 'gopher.jpg', 'covers', 'old.jpg', {force: true});
    await buckets.delete('covers', 'old.jpg');
    // @end region="delete"
    const gone = await buckets.stat('covers', 'old.jpg');
    console.log(JSON.stringify({
        uploaded: uploaded.data,
        resumed: resumed.data,
        info: info.data,
        keys: listing.data.items.map(item => item.key),
        thumbnail: thumbnail.status,
        gone: gone.resp.statusCode,
    }));
}

main().catch(e => {
    console.error(e);
    process.exitCode = 1;
});

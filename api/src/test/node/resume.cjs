// Uploads a file in parts by Qiniu's SDK, stops in the middle, and goes on by what it has recorded;
// tells what was answered, as one line of JSON.
// usage: node resume.cjs HOST TOKEN KEY FILE VERSION PART_SIZE STOP_AFTER
const qiniu = require('qiniu');

const [host, token, key, file, version, partSize, stopAfter] = process.argv.slice(2);
const zone = new qiniu.conf.Zone([host], [host], host, host, host, host);
const uploader = new qiniu.resume_up.ResumeUploader(new qiniu.conf.Config({useHttpsDomain: false, zone}));

function extra(progressCallback) {
    return Object.assign(qiniu.resume_up.PutExtra.create('näme.jpg', {'x:v': 'välue'}, 'image/jpeg'), {
        version,
        partSize: Number(partSize),
        metadata: {'x-qn-meta-m': '1'},
        resumeRecorder: qiniu.resume_up.createResumeRecorderSync('records'),
        progressCallback,
    });
}

async function main() {
    let first = 0;
    const stopped = await uploader.putFileV2(token, key, file, extra(() => {
        if (++first == stopAfter) {
            throw new Error('enough');
        }
    })).catch(e => String(e));
    let second = 0;
    const {data, resp} = await uploader.putFileV2(token, key, file, extra(() => second++));
    console.log(JSON.stringify({stopped, first, second, status: resp.statusCode, data}));
}

main().catch(e => {
    console.error(e);
    process.exitCode = 1;
});

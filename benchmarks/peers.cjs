// Times a Node.js peer over a folder of mails: peers.cjs baunsu|email-bounce-parser FOLDER ROUNDS
const fs = require("fs");
const path = require("path");

const [peer, folder, rounds] = process.argv.slice(2);
const mails = fs
  .readdirSync(folder)
  .sort()
  .map((name) => fs.readFileSync(path.join(folder, name)));

const Peer = require(peer);
const work = {
  baunsu: (mail) => new Peer().detectSync(mail),
  // It takes the text for people only; what stands behind the header is near enough.
  "email-bounce-parser": (mail) => {
    const text = mail.toString("utf8");
    return new Peer().read(text.slice(text.search(/\r?\n\r?\n/)));
  },
}[peer];

const times = [];
for (let round = 0; round < Number(rounds); round++) {
  const start = process.hrtime.bigint();
  for (const mail of mails) {
    try {
      work(mail);
    } catch {
      // some mails are too much for it; that costs it no time here
    }
  }
  times.push(Number(process.hrtime.bigint() - start) / 1e9);
}
console.log(JSON.stringify(times));

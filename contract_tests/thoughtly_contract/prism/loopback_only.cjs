// Loaded into Prism's node before Prism: no connection leaves this machine. Prism's proxy follows redirects, and its
// mock fetches references, wherever they lead.
const net = require("node:net");

const loopback = new net.BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

const connect = net.Socket.prototype.connect;

// connect(options), connect(port, host), and the [options, callback] that node's own agents pass.
function target([first, second]) {
  if (Array.isArray(first)) return first[0];
  if (typeof first === "object") return first;
  return typeof first === "string" ? { path: first } : { host: second };
}

net.Socket.prototype.connect = function (...args) {
  const { path, host } = target(args);
  const family = net.isIP(host);
  if (!path && !(family && loopback.check(host, `ipv${family}`))) {
    // As in a connection that is refused later: node's agents listen for errors from the next tick on.
    this.connecting = true;
    setImmediate(() => this.destroy(new Error(`refused to connect to ${host}: it is no loopback address`)));
    return this;
  }
  return connect.apply(this, args);
};

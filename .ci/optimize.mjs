// Makes the files of the browser half as small as possible, in one process: wasm-opt takes seconds to start, and most
// files are small. Each processor has a worker, which takes the largest file that is left.
//
//   node .ci/optimize.mjs FROM TO
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

const [from, to] = process.argv.slice(2);

if (isMainThread) {
  const size = (name) => statSync(join(from, name)).size;
  const files = readdirSync(from).filter((name) => name.endsWith(".wasm")).sort((a, b) => size(b) - size(a));
  mkdirSync(to, { recursive: true });
  const next = (worker) => worker.postMessage(files.shift());
  for (let count = Math.min(availableParallelism(), files.length); count > 0; count--) {
    const worker = new Worker(new URL(import.meta.url), { argv: [from, to] });
    worker.on("message", () => next(worker));
    worker.on("error", (error) => {
      throw error;
    });
    next(worker);
  }
} else {
  const { default: binaryen } = await import(new URL("../end2end/node_modules/binaryen/index.js", import.meta.url));
  // The features the compiler has used since 1.82.
  const { MVP, BulkMemory, BulkMemoryOpt, NontrappingFPToInt, SignExt, MutableGlobals, ReferenceTypes, Multivalue } = binaryen.Features;
  const features = MVP | BulkMemory | BulkMemoryOpt | NontrappingFPToInt | SignExt | MutableGlobals | ReferenceTypes | Multivalue;
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  binaryen.setOptimizeStackIR(true);
  parentPort.on("message", (name) => {
    if (name === undefined) return parentPort.close();
    const module = binaryen.readBinary(readFileSync(join(from, name)));
    module.setFeatures(features);
    // The second round still finds something.
    module.optimize();
    module.optimize();
    module.runPasses(["strip-debug", "strip-producers"]);
    writeFileSync(join(to, name), module.emitBinary());
    module.dispose();
    parentPort.postMessage(name);
  });
}

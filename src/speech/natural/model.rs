//! The acoustic model: phoneme numbers in, spectra and pitch out; and smaller nets. They run in rten, with one thread
//! for each synthesis.

use std::sync::{Arc, Mutex, PoisonError};

use rten::{Model, ModelOptions, NodeId, OpRegistry, RegisterOp, RunOptions, ThreadPool, Value, op_types};

use super::assets::weights;
use super::spectra::{BINS, Spectra};

/// The frames at which each phoneme ends: a value inside the model's graph, not one of its outputs.
const ENDS: &str = "/CumSum_output_0";

/// The name by which the graph calls its weights.
const WEIGHTS_FILE: &str = "heart.onnx.data";

/// What the graphs are made of. Operators that none of them has are left out of the program.
const OPERATORS: [&dyn RegisterOp; 32] = [
    &op_types::Add,
    &op_types::ArgMax,
    &op_types::Cast,
    &op_types::Clip,
    &op_types::Concat,
    &op_types::Conv,
    &op_types::CumSum,
    &op_types::DequantizeLinear,
    &op_types::Div,
    &op_types::Erf,
    &op_types::Exp,
    &op_types::Gather,
    &op_types::GreaterOrEqual,
    &op_types::LayerNormalization,
    &op_types::Log,
    &op_types::MatMul,
    &op_types::Mul,
    &op_types::Pow,
    &op_types::Range,
    &op_types::ReduceMax,
    &op_types::ReduceSum,
    &op_types::Relu,
    &op_types::Reshape,
    &op_types::Round,
    &op_types::Shape,
    &op_types::Slice,
    &op_types::Softmax,
    &op_types::Split,
    &op_types::Sub,
    &op_types::Tile,
    &op_types::Transpose,
    &op_types::Unsqueeze,
];

/// The loaded model.
pub(crate) struct Acoustic {
    model: Model,
    inputs: [NodeId; 2],
    outputs: [NodeId; 7],
    /// Thread pools of one thread each, as many as there have been syntheses at the same time.
    pools: Mutex<Vec<Arc<ThreadPool>>>,
}

impl Acoustic {
    /// Loads the model from an ONNX `graph`. The weights stay in 8 bits: each product makes floats of its own when its
    /// turn comes.
    ///
    /// # Errors
    /// What is wrong with the graph, as text.
    pub(crate) fn load(graph: &'static [u8]) -> Result<Self, String> {
        let weights = weights().map_err(|error| error.to_string())?;
        let model = load(options().external_data(WEIGHTS_FILE, weights), graph)?;
        let node = |name: &str| model.node_id(name).map_err(|_| format!("it has no {name:?}"));
        let inputs = [node("ids")?, node("speed")?];
        let outputs =
            [node("lh")?, node("theta")?, node("ln")?, node("lr")?, node("phi")?, node("f0")?, node(ENDS)?];
        Ok(Self { model, inputs, outputs, pools: Mutex::default() })
    }

    /// Runs the model on phoneme numbers at `speed` (0.5 to 2, 1 is natural).
    ///
    /// # Errors
    /// What kept the model from running, as text.
    pub(crate) fn run(&self, ids: &[i32], speed: f32) -> Result<Spectra, String> {
        let pool = self.pools().pop().unwrap_or_else(|| Arc::new(ThreadPool::with_num_threads(1)));
        let result = self.run_on(&pool, ids, speed);
        self.pools().push(pool);
        result
    }

    fn run_on(&self, pool: &Arc<ThreadPool>, ids: &[i32], speed: f32) -> Result<Spectra, String> {
        let words = |error: &dyn std::fmt::Display| error.to_string();
        let numbers = Value::from_shape([1, ids.len()], ids.to_vec()).map_err(|e| words(&e))?;
        let speed = Value::from_shape([1], vec![speed]).map_err(|e| words(&e))?;
        let inputs = vec![(self.inputs[0], numbers.into()), (self.inputs[1], speed.into())];
        let options = RunOptions::default().with_thread_pool(Some(pool.clone()));
        let [lh, theta, ln, lr, phi, f0, ends] =
            self.model.run_n(inputs, self.outputs, Some(options)).map_err(|e| words(&e))?;
        let ([_, frames], f0) = f0.into_shape_vec::<f32, 2>().map_err(|e| words(&e))?;
        let part = |value: Value| match value.into_shape_vec::<f32, 3>() {
            Ok(([1, BINS, n], data)) if n == frames => Ok(data),
            Ok((shape, _)) => Err(format!("its spectrum has the shape {shape:?}")),
            Err(error) => Err(error.to_string()),
        };
        let (_, ends) = ends.into_shape_vec::<i32, 1>().map_err(|e| words(&e))?;
        if frames == 0 || f0.len() != frames {
            return Err("it made no sound".to_owned());
        }
        // Phonemes are counted in longer steps than frames.
        let last = ends.last().copied().unwrap_or(0).max(1) as usize;
        let ends = ends.into_iter().map(|end| end.max(0) as usize * frames / last).collect();
        let (lh, ln) = (part(lh)?, part(ln)?);
        let mut phase = part(theta)?;
        phase.iter_mut().for_each(|theta| *theta = std::f32::consts::PI * theta.tanh());
        Ok(Spectra { frames, lh, phase, ln, lr: part(lr)?, phi: part(phi)?, f0, ends })
    }

    fn pools(&self) -> std::sync::MutexGuard<'_, Vec<Arc<ThreadPool>>> {
        // A list of idle pools is valid even if a thread panicked while it held the lock.
        self.pools.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A small net, numbers in and numbers out.
pub(crate) struct Net {
    model: Model,
    input: NodeId,
    output: NodeId,
    pool: Arc<ThreadPool>,
}

impl Net {
    /// Loads it from an ONNX `graph` with an input and an output of these names.
    ///
    /// # Errors
    /// What is wrong with the graph, as text.
    pub(crate) fn load(
        options: &ModelOptions,
        graph: &'static [u8],
        [input, output]: [&str; 2],
    ) -> Result<Self, String> {
        let model = load(options, graph)?;
        let node = |name: &str| model.node_id(name).map_err(|_| format!("it has no {name:?}"));
        let (input, output) = (node(input)?, node(output)?);
        Ok(Self { model, input, output, pool: Arc::new(ThreadPool::with_num_threads(1)) })
    }

    /// Runs it on numbers in `IN` dimensions; the result has `OUT`.
    ///
    /// # Errors
    /// What kept it from running, as text.
    pub(crate) fn run<const IN: usize, const OUT: usize>(
        &self,
        shape: [usize; IN],
        numbers: Vec<i32>,
    ) -> Result<Vec<i32>, String> {
        let input = Value::from_shape(shape, numbers).map_err(|error| error.to_string())?;
        let options = RunOptions::default().with_thread_pool(Some(self.pool.clone()));
        let [output] = self
            .model
            .run_n(vec![(self.input, input.into())], [self.output], Some(options))
            .map_err(|error| error.to_string())?;
        let (_, numbers) = output.into_shape_vec::<i32, OUT>().map_err(|error| error.to_string())?;
        Ok(numbers)
    }
}

/// How graphs are loaded. Weights are not packed for the processor in advance: the graph would run a tenth faster
/// but take 30 MB more.
pub(crate) fn options() -> ModelOptions {
    let mut options = ModelOptions::with_ops(OpRegistry::with_ops(&OPERATORS));
    options.prepack_weights(false);
    options
}

/// Loads an ONNX graph.
///
/// # Errors
/// What is wrong with the graph, as text.
fn load(options: &ModelOptions, graph: &'static [u8]) -> Result<Model, String> {
    options.load_static_slice(graph).map_err(|error| error.to_string())
}
